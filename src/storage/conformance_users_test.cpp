#include <atomic>
#include <latch>
#include <thread>

#include "storage/conformance_backends.hpp"

namespace sentinel::storage {
namespace {

auth::User make_user(std::string name) {
  auth::User user;
  user.username = std::move(name);
  user.password_hash = "$argon2id$1";
  user.created_at = at_us(1'700'000'000'123'456);
  return user;
}

Session make_session(std::string id, std::int64_t user_id, std::string hash,
                     std::int64_t expires_us = 2'000'000) {
  Session session;
  session.id = std::move(id);
  session.user_id = user_id;
  session.refresh_hash = std::move(hash);
  session.created_at = at_us(1'000'000);
  session.expires_at = at_us(expires_us);
  return session;
}

// Runs `body(0)` and `body(1)` on two threads, as much at once as can be.
template <class Body>
void race(const Body& body) {
  std::latch start{2};
  const auto run = [&](int which) {
    start.arrive_and_wait();
    body(which);
  };
  const std::jthread first{run, 0};
  const std::jthread second{run, 1};
}

template <class Backend>
class Users : public testing::Test {
 protected:
  Backend backend_;
  UserRepository& users_ = backend_.users;
};
TYPED_TEST_SUITE(Users, Backends, BackendName);

TYPED_TEST(Users, KeepsEveryField) {
  auth::User full = make_user("Zoë'; DROP TABLE users; --");
  full.email = "zoe@example.org";
  full.full_name = "Zoë \"Z\" Ünïcödé 名";
  full.role = auth::Role::kOperator;
  full.is_active = false;
  full.cameras = {true, {"camera_1", "dock"}};
  full.last_login = at_us(1'700'000'001'000'001);
  for (const auth::User& user : {full, make_user("bare")}) {
    const auto stored = this->users_.insert_user(user);
    ASSERT_TRUE(stored.has_value());
    auth::User expected = user;
    expected.id = stored->id;
    EXPECT_EQ(text_of(*stored), text_of(expected));
    EXPECT_EQ(text_of(this->users_.find_user(stored->id).value()), text_of(expected));
    EXPECT_EQ(text_of(this->users_.find_user(user.username).value()), text_of(expected));
  }
  EXPECT_EQ(this->users_.count_users(), 2);
}

TYPED_TEST(Users, UnknownOnesAreAbsent) {
  EXPECT_FALSE(this->users_.find_user(1).has_value());
  EXPECT_FALSE(this->users_.find_user("nobody").has_value());
  EXPECT_EQ(this->users_.count_users(), 0);
  EXPECT_TRUE(this->users_.list_users().empty());
}

TYPED_TEST(Users, NamesAreUniqueByteByByte) {
  ASSERT_TRUE(this->users_.insert_user(make_user("eve")).has_value());
  const auto again = this->users_.insert_user(make_user("eve"));
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(this->users_.insert_user(make_user("Eve")).has_value());
  EXPECT_EQ(this->users_.count_users(), 2);
}

TYPED_TEST(Users, ListIsInTheOrderOfIds) {
  for (const char* name : {"zoe", "adam", "mia"})
    ASSERT_TRUE(this->users_.insert_user(make_user(name)).has_value());
  const auto users = this->users_.list_users();
  ASSERT_EQ(users.size(), 3U);
  EXPECT_EQ(users[0].username, "zoe");
  EXPECT_EQ(users[1].username, "adam");
  EXPECT_EQ(users[2].username, "mia");
  EXPECT_LT(users[0].id, users[1].id);
}

TYPED_TEST(Users, UpdateWritesAllButCreationLoginAndPassword) {
  const auth::User before = this->users_.insert_user(make_user("eve")).value();
  auth::User user = before;
  user.username = "eva";
  user.email = "eva@example.org";
  user.role = auth::Role::kAdmin;
  user.is_active = false;
  user.cameras = {true, {"gate"}};
  user.password_hash = "$argon2id$2";
  user.last_login = at_us(5);
  user.created_at = at_us(1);
  ASSERT_TRUE(this->users_.update_user(user).has_value());
  user.created_at = before.created_at;
  user.last_login = before.last_login;
  user.password_hash = before.password_hash;
  EXPECT_EQ(text_of(this->users_.find_user(user.id).value()), text_of(user));
}

TYPED_TEST(Users, UpdateSaysConflictAndNotFound) {
  const auth::User eve = this->users_.insert_user(make_user("eve")).value();
  auth::User mia = this->users_.insert_user(make_user("mia")).value();
  mia.username = "eve";
  EXPECT_EQ(this->users_.update_user(mia).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(this->users_.find_user(mia.id)->username, "mia");
  mia.id = 999;
  mia.username = "ghost";
  EXPECT_EQ(this->users_.update_user(mia).error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(this->users_.update_user(eve).has_value()) << "keeping one's own name is no conflict";
}

TYPED_TEST(Users, LoginAndRehashTouchTheirFieldAlone) {
  const auth::User eve = this->users_.insert_user(make_user("eve")).value();
  this->users_.record_login(eve.id, at_us(77));
  EXPECT_TRUE(this->users_.replace_password_hash(eve.id, "$argon2id$1", "$argon2id$9"));
  EXPECT_FALSE(this->users_.replace_password_hash(eve.id, "$argon2id$1", "$argon2id$lost"));
  EXPECT_FALSE(this->users_.replace_password_hash(999, "$argon2id$1", "x"));
  this->users_.record_login(999, at_us(1));
  auth::User expected = eve;
  expected.last_login = at_us(77);
  expected.password_hash = "$argon2id$9";
  EXPECT_EQ(text_of(this->users_.find_user(eve.id).value()), text_of(expected));
}

TYPED_TEST(Users, DeleteTakesTheSessionsAndNeverGivesTheIdAgain) {
  const auth::User eve = this->users_.insert_user(make_user("eve")).value();
  ASSERT_TRUE(this->users_.insert_session(make_session("s1", eve.id, "h1")).has_value());
  ASSERT_TRUE(this->users_.delete_user(eve.id).has_value());
  EXPECT_FALSE(this->users_.find_user(eve.id).has_value());
  EXPECT_FALSE(this->users_.find_session("s1").has_value());
  EXPECT_EQ(this->users_.delete_user(eve.id).error().kind, ErrorKind::kNotFound);
  EXPECT_GT(this->users_.insert_user(make_user("eve"))->id, eve.id);
}

TYPED_TEST(Users, FirstUserOnlyWhileThereIsNone) {
  const auto first = this->users_.insert_first_user(make_user("admin"));
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(text_of(this->users_.find_user("admin").value()), text_of(*first));
  EXPECT_FALSE(this->users_.insert_first_user(make_user("other")).has_value());
  EXPECT_EQ(this->users_.count_users(), 1);
}

TYPED_TEST(Users, FirstUserRaceHasOneWinner) {
  for (int round = 0; round < 20; ++round) {
    for (const auth::User& user : this->users_.list_users())
      ASSERT_TRUE(this->users_.delete_user(user.id).has_value());
    std::atomic<int> winners = 0;
    race([&](int which) {
      if (this->users_.insert_first_user(make_user(which == 0 ? "left" : "right"))) ++winners;
    });
    EXPECT_EQ(winners, 1);
    EXPECT_EQ(this->users_.count_users(), 1);
  }
}

TYPED_TEST(Users, OneActiveAdminAlwaysStays) {
  auth::User ada = make_user("ada");
  ada.role = auth::Role::kAdmin;
  ada = this->users_.insert_user(ada).value();
  auth::User demoted = ada;
  demoted.role = auth::Role::kOperator;
  auth::User inactive = ada;
  inactive.is_active = false;
  auth::User renamed = ada;
  renamed.username = "adele";
  EXPECT_EQ(this->users_.update_user(demoted).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(this->users_.update_user(inactive).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(this->users_.delete_user(ada.id).error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(this->users_.update_user(renamed).has_value());

  auth::User second = make_user("second");
  second.role = auth::Role::kAdmin;
  second = this->users_.insert_user(second).value();
  race([&](int which) { (void)this->users_.delete_user(which == 0 ? ada.id : second.id); });
  EXPECT_EQ(this->users_.count_users(), 1) << "two admins that remove each other";
}

TYPED_TEST(Users, SessionKeepsEveryField) {
  const auto eve = this->users_.insert_user(make_user("eve")).value();
  const Session session = make_session("s1", eve.id, "h2");
  ASSERT_TRUE(this->users_.insert_session(session).has_value());
  ASSERT_TRUE(this->users_.insert_session(make_session("s2", eve.id, "h3")).has_value());
  EXPECT_EQ(text_of(this->users_.find_session("s1").value()), text_of(session));
  EXPECT_EQ(text_of(this->users_.find_session("s2").value()), text_of(make_session("s2", eve.id, "h3")));
  EXPECT_FALSE(this->users_.find_session("s3").has_value());
}

TYPED_TEST(Users, SessionIdsAndHashesAreUniqueAndNeedTheirUser) {
  const auto eve = this->users_.insert_user(make_user("eve")).value();
  ASSERT_TRUE(this->users_.insert_session(make_session("s1", eve.id, "h1")).has_value());
  EXPECT_EQ(this->users_.insert_session(make_session("s1", eve.id, "h9")).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(this->users_.insert_session(make_session("s9", eve.id, "h1")).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(this->users_.insert_session(make_session("s9", 999, "h9")).error().kind, ErrorKind::kNotFound);
  EXPECT_FALSE(this->users_.find_session("s9").has_value());
}

TYPED_TEST(Users, RotationReplacesTheHashOnce) {
  const auto eve = this->users_.insert_user(make_user("eve")).value();
  ASSERT_TRUE(this->users_.insert_session(make_session("s1", eve.id, "h1")).has_value());
  Session expected = make_session("s1", eve.id, "h2");
  expected.last_used_at = at_us(9);
  expected.address = "192.0.2.7";
  expected.user_agent = "a browser";
  EXPECT_TRUE(this->users_.rotate_session("h1", expected));
  EXPECT_FALSE(this->users_.rotate_session("h1", make_session("s1", eve.id, "h3")));
  EXPECT_FALSE(this->users_.rotate_session("h2", make_session("s2", eve.id, "h3")));
  EXPECT_EQ(text_of(this->users_.find_session("s1").value()), text_of(expected));
}

TYPED_TEST(Users, RotationRaceHasOneWinner) {
  const auto eve = this->users_.insert_user(make_user("eve")).value();
  ASSERT_TRUE(this->users_.insert_session(make_session("s1", eve.id, "h0")).has_value());
  for (int round = 0; round < 20; ++round) {
    const std::string from = this->users_.find_session("s1")->refresh_hash;
    std::atomic<int> winners = 0;
    race([&](int which) {
      const Session to = make_session("s1", eve.id, fmt::format("h{}_{}", round, which));
      if (this->users_.rotate_session(from, to)) ++winners;
    });
    EXPECT_EQ(winners, 1);
  }
}

TYPED_TEST(Users, SessionsEndOneByOneByUserAndByTime) {
  const auto eve = this->users_.insert_user(make_user("eve")).value();
  const auto mia = this->users_.insert_user(make_user("mia")).value();
  for (const auto& session : {make_session("s1", eve.id, "h1", 100), make_session("s2", eve.id, "h2", 101),
                              make_session("s3", mia.id, "h3", 102), make_session("s4", mia.id, "h4", 103)}) {
    ASSERT_TRUE(this->users_.insert_session(session).has_value());
  }
  this->users_.delete_expired_sessions(at_us(100));
  EXPECT_FALSE(this->users_.find_session("s1").has_value()) << "expired at that very moment";
  EXPECT_TRUE(this->users_.find_session("s2").has_value());
  this->users_.delete_session("s3");
  EXPECT_FALSE(this->users_.find_session("s3").has_value());
  EXPECT_TRUE(this->users_.find_session("s4").has_value());
  ASSERT_TRUE(this->users_.insert_session(make_session("s5", eve.id, "h5", 104)).has_value());
  EXPECT_EQ(this->users_.list_sessions(eve.id).size(), 2U);
  EXPECT_EQ(this->users_.list_sessions(eve.id).front().id, "s5") << "the newest first";
  EXPECT_EQ(this->users_.list_sessions(std::nullopt).size(), 3U);
  this->users_.delete_sessions_of(eve.id, "s2");
  EXPECT_FALSE(this->users_.find_session("s5").has_value());
  EXPECT_TRUE(this->users_.find_session("s2").has_value()) << "the one that stays";
  this->users_.delete_sessions_of(eve.id, "");
  EXPECT_FALSE(this->users_.find_session("s2").has_value());
  EXPECT_TRUE(this->users_.find_session("s4").has_value());
  this->users_.delete_session("s3");  // again: no error
}

}  // namespace
}  // namespace sentinel::storage
