#include "services/auth_service.hpp"

#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/memory_stores.hpp"

namespace sentinel::services {
namespace {

const ClientInfo kClient{"192.0.2.7", "a browser"};
constexpr auth::PasswordCost kCheap{.operations = 1, .memory_bytes = 8192};

struct Bench {
  fakes::FakeClock clock;
  IdGenerator ids{clock};
  fakes::MemoryUsers users;
  auth::HashPool hashes{{.threads = 1, .queue_max = 4, .cost = kCheap}};
  auth::TokenSigner signer{auth::Key{7}};
  AuthService auth{users, hashes, signer, ids, clock, {}};

  auth::User add(std::string name, auth::Role role, auth::CameraRights cameras = {}) {
    auth::User user;
    user.username = std::move(name);
    user.role = role;
    user.cameras = std::move(cameras);
    user.password_hash = hashes.hash("secret-7").value();
    user.created_at = clock.utc_now();
    return users.insert_user(user).value();
  }
  Tokens login(const std::string& name, bool remember_me = false) {
    return auth.login(name, "secret-7", remember_me, kClient).value();
  }
  bool is_alive(const Tokens& tokens) {
    clock.advance(
        std::chrono::milliseconds{1'100});  // what is remembered of the session is no older than a second
    return auth.authenticate(tokens.access).has_value();
  }
};

TEST(AuthService, WrongNameWrongPasswordAndInactiveUserAreAnsweredAlike) {
  Bench bench;
  auth::User gone = bench.add("gone", auth::Role::kViewer);
  gone.is_active = false;
  ASSERT_TRUE(bench.users.update_user(gone).has_value());
  bench.add("here", auth::Role::kViewer);
  for (const auto& [name, password] :
       {std::pair{"nobody", "secret-7"}, {"here", "wrong"}, {"gone", "secret-7"}}) {
    const auto answer = bench.auth.login(name, password, false, kClient);
    ASSERT_FALSE(answer.has_value()) << name;
    EXPECT_EQ(answer.error().kind, ErrorKind::kUnauthenticated);
    EXPECT_EQ(answer.error().message, "Incorrect username or password");
  }
}

TEST(AuthService, TheCallerHasTheUsersPresentRoleAndCameras) {
  Bench bench;
  auth::User eve = bench.add("eve", auth::Role::kViewer, auth::CameraRights::of({"gate"}));
  const Tokens tokens = bench.login("eve");
  const auto caller = bench.auth.authenticate(tokens.access);
  ASSERT_TRUE(caller.has_value());
  EXPECT_EQ(caller->cameras, auth::CameraRights::of({"gate"}));

  eve.cameras = auth::CameraRights::of({"yard"});
  eve.role = auth::Role::kOperator;
  ASSERT_TRUE(bench.users.update_user(eve).has_value());
  bench.clock.advance(std::chrono::milliseconds{1'100});
  const auto changed = bench.auth.authenticate(tokens.access);
  EXPECT_EQ(changed->role, auth::Role::kOperator);
  EXPECT_EQ(changed->cameras, auth::CameraRights::of({"yard"}));
}

TEST(AuthService, AnAdminSeesAllWhateverIsStored) {
  Bench bench;
  bench.add("root", auth::Role::kAdmin, auth::CameraRights::of({"gate"}));
  EXPECT_TRUE(bench.auth.authenticate(bench.login("root").access)->cameras.all);
}

TEST(AuthService, ARefreshTokenIsGoodOnceAndAStaleOneEndsItsSession) {
  Bench bench;
  bench.add("eve", auth::Role::kViewer);
  const Tokens first = bench.login("eve");
  const Tokens other = bench.login("eve");
  const auto second = bench.auth.refresh(first.refresh, kClient);
  ASSERT_TRUE(second.has_value());
  const auto third = bench.auth.refresh(second->refresh, kClient);
  ASSERT_TRUE(third.has_value());
  EXPECT_TRUE(bench.is_alive(*third));
  EXPECT_FALSE(bench.auth.refresh(first.refresh, kClient).has_value());
  EXPECT_FALSE(bench.auth.refresh(third->refresh, kClient).has_value());
  EXPECT_FALSE(bench.is_alive(*third));
  EXPECT_TRUE(bench.is_alive(other)) << "another session of the same user goes on";
}

TEST(AuthService, WhatIsNoTokenOfOursRefreshesNothing) {
  Bench bench;
  bench.add("eve", auth::Role::kViewer);
  const Tokens tokens = bench.login("eve");
  for (const char* token : {"", ".", "ses_0", "ses_0.abc", "..", "x.y.z"}) {
    EXPECT_FALSE(bench.auth.refresh(token, kClient).has_value()) << token;
  }
  EXPECT_TRUE(bench.is_alive(tokens));
}

TEST(AuthService, ASessionEndsWhenItWasToEndHoweverOftenItIsRefreshed) {
  Bench bench;
  bench.add("eve", auth::Role::kViewer);
  Tokens brief = bench.login("eve");
  Tokens remembered = bench.login("eve", true);
  for (int day = 0; day < 6; ++day) {
    bench.clock.advance(std::chrono::hours{24});
    brief = bench.auth.refresh(brief.refresh, kClient).value();
    remembered = bench.auth.refresh(remembered.refresh, kClient).value();
  }
  bench.clock.advance(std::chrono::hours{25});
  EXPECT_FALSE(bench.auth.refresh(brief.refresh, kClient).has_value());
  EXPECT_TRUE(bench.auth.refresh(remembered.refresh, kClient).has_value());
}

TEST(AuthService, LogoutEndsOneSession) {
  Bench bench;
  bench.add("eve", auth::Role::kViewer);
  const Tokens one = bench.login("eve");
  const Tokens other = bench.login("eve");
  bench.auth.logout(bench.auth.authenticate(one.access).value());
  EXPECT_FALSE(bench.auth.authenticate(one.access).has_value());
  EXPECT_FALSE(bench.auth.refresh(one.refresh, kClient).has_value());
  EXPECT_TRUE(bench.auth.authenticate(other.access).has_value());
}

TEST(AuthService, ANewPasswordEndsTheOtherSessions) {
  Bench bench;
  bench.add("eve", auth::Role::kViewer);
  const Tokens one = bench.login("eve");
  const Tokens other = bench.login("eve");
  const auth::Caller caller = bench.auth.authenticate(one.access).value();
  EXPECT_EQ(bench.auth.change_password(caller, "wrong", "secret-8").error().kind, ErrorKind::kInvalid);
  EXPECT_TRUE(bench.auth.authenticate(other.access).has_value());
  ASSERT_TRUE(bench.auth.change_password(caller, "secret-7", "secret-8").has_value());
  EXPECT_TRUE(bench.auth.authenticate(one.access).has_value());
  EXPECT_FALSE(bench.auth.authenticate(other.access).has_value());
  EXPECT_FALSE(bench.auth.login("eve", "secret-7", false, kClient).has_value());
  EXPECT_TRUE(bench.auth.login("eve", "secret-8", false, kClient).has_value());
}

TEST(AuthService, SessionsAreListedAndEndedByTheirUserOrAnAdmin) {
  Bench bench;
  bench.add("eve", auth::Role::kViewer);
  bench.add("root", auth::Role::kAdmin);
  const Tokens tokens = bench.login("eve");
  const auth::Caller eve = bench.auth.authenticate(tokens.access).value();
  const auth::Caller root = bench.auth.authenticate(bench.login("root").access).value();
  const auto own = bench.auth.sessions(eve, false).value();
  ASSERT_EQ(own.size(), 1U);
  EXPECT_TRUE(own[0].is_current);
  EXPECT_EQ(own[0].session.address, "192.0.2.7");
  EXPECT_EQ(bench.auth.sessions(eve, true).error().kind, ErrorKind::kForbidden);
  EXPECT_EQ(bench.auth.sessions(root, true).value().size(), 2U);
  EXPECT_EQ(bench.auth.end_session(eve, root.session_id).error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(bench.auth.end_session(root, eve.session_id).has_value());
  EXPECT_FALSE(bench.auth.authenticate(tokens.access).has_value());
}

TEST(AuthService, AnOldHashIsMadeAnewAtTheLogin) {
  Bench bench;
  auth::User old = bench.add("old", auth::Role::kViewer);
  const std::string costly = auth::hash_password("secret-7", {.operations = 2, .memory_bytes = 8192});
  ASSERT_TRUE(bench.users.replace_password_hash(old.id, old.password_hash, costly));
  old.password_hash = costly;
  bench.login("old");
  const std::string fresh = bench.users.find_user(old.id)->password_hash;
  EXPECT_NE(fresh, old.password_hash);
  EXPECT_FALSE(auth::needs_rehash(fresh, kCheap));
  bench.login("old");
  EXPECT_EQ(bench.users.find_user(old.id)->password_hash, fresh);
}

TEST(AuthService, TheFirstAdminIsMadeOnce) {
  Bench bench;
  const auto password = bench.auth.ensure_first_admin(std::nullopt);
  ASSERT_TRUE(password.has_value());
  EXPECT_TRUE(bench.auth.login("admin", *password, false, kClient).has_value());
  EXPECT_FALSE(bench.auth.ensure_first_admin("another-one").has_value());
  EXPECT_FALSE(bench.auth.login("admin", "another-one", false, kClient).has_value());
}

}  // namespace
}  // namespace sentinel::services
