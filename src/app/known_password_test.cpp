#include "app/known_password.hpp"

#include <gtest/gtest.h>

#include <string>

#include "config/settings.hpp"
#include "tests/fakes/memory_stores.hpp"

namespace sentinel::app {
namespace {

class KnownPassword : public testing::Test {
 protected:
  void add_admin(const std::string& password) {
    auth::User admin;
    admin.username = "admin";
    admin.role = auth::Role::kAdmin;
    admin.password_hash = hashes_.hash(password).value();
    id_ = users_.insert_user(admin).value().id;
    ASSERT_TRUE(users_.insert_session({"ses_1", id_, "hash", UtcTime{}, UtcTime{}, UtcTime{}, "", ""}));
  }
  bool is_now(const std::string& password) {
    return hashes_.verify(password, users_.find_user("admin")->password_hash).value();
  }

  fakes::MemoryUsers users_;
  auth::HashPool hashes_{{.cost = {.operations = 1, .memory_bytes = 8192}}};
  std::int64_t id_ = 0;
};

TEST_F(KnownPassword, IsRefusedWithItsRemedy) {
  add_admin(config::kExampleAdminPassword);
  const Status refused = replace_known_password(users_, hashes_, std::nullopt);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
  EXPECT_NE(refused.error().message.find("ADMIN_PASSWORD"), std::string::npos);
  EXPECT_EQ(refused.error().message.find(config::kExampleAdminPassword), std::string::npos);
}

TEST_F(KnownPassword, GivesWayToAStatedOne) {
  add_admin(config::kExampleAdminPassword);
  EXPECT_TRUE(replace_known_password(users_, hashes_, "one of my own"));
  EXPECT_TRUE(is_now("one of my own"));
  EXPECT_FALSE(users_.find_session("ses_1"));
}

TEST_F(KnownPassword, LeavesAnyOtherAlone) {
  EXPECT_TRUE(replace_known_password(users_, hashes_, std::nullopt));
  add_admin("changed since");
  EXPECT_TRUE(replace_known_password(users_, hashes_, "stated"));
  EXPECT_TRUE(is_now("changed since"));
  EXPECT_TRUE(users_.find_session("ses_1"));
}

}  // namespace
}  // namespace sentinel::app
