// Log in, refresh, log out, and who a token belongs to.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "auth/hash_pool.hpp"
#include "auth/token.hpp"
#include "auth/user.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/guarded.hpp"
#include "base/ids.hpp"
#include "storage/user_repository.hpp"

namespace sentinel::services {

struct AuthConfig {
  std::chrono::minutes access_token_life{30};
  std::chrono::hours session_life{24 * 7};              // of the refresh token
  std::chrono::hours remembered_session_life{24 * 30};  // with remember_me
};

// Who logs in, as the connection tells.
struct ClientInfo {
  std::string address;
  std::string user_agent;  // anything; cut to kUserAgentMax bytes
  static constexpr std::size_t kUserAgentMax = 256;
};

struct SessionView {
  storage::Session session;
  std::string username;
  bool is_current = false;  // that of the caller who asked
};

struct Verified {
  auth::User user;
  UtcTime expires_at{};
};

struct Tokens {
  std::string access;
  std::string refresh;
  std::chrono::seconds access_life{0};
  auth::User user;
};

// Thread-safe. login() and refresh() block on hashing and the store; authenticate() asks the store at most
// once a second and session.
class AuthService {
 public:
  AuthService(storage::UserRepository& users, auth::HashPool& hashes, const auth::TokenSigner& signer,
              IdGenerator& ids, const Clock& clock, const AuthConfig& config);

  // While there is no user, makes `admin` with that password, or with a random one, which it returns to be
  // shown once. Empty when there are users, or when the password was given.
  std::optional<std::string> ensure_first_admin(const std::optional<std::string>& password);

  // kUnauthenticated for a wrong name, a wrong password and an inactive user alike; kThrottled when too many
  // log in at once.
  Result<Tokens> login(const std::string& username, const std::string& password, bool remember_me,
                       const ClientInfo& client);
  // Gives a new pair for a refresh token, which is good once: one that comes a second time, at any time of
  // its session, was stolen, and ends that. kUnauthenticated otherwise.
  Result<Tokens> refresh(std::string_view refresh_token, const ClientInfo& client);
  void logout(const auth::Caller& caller);
  Result<auth::User> me(const auth::Caller& caller);
  // Whose token it is and until when. kUnauthenticated as authenticate().
  Result<Verified> verify(std::string_view access_token);
  // Ends the user's other sessions. kInvalid when `current` is wrong, kThrottled when too many hash at once.
  Status change_password(const auth::Caller& caller, const std::string& current, const std::string& fresh);

  // The caller's own, or everybody's (`all`, kForbidden for who is no admin), newest first.
  Result<std::vector<SessionView>> sessions(const auth::Caller& caller, bool all);
  // One's own, or anybody's for an admin. kNotFound for another's, too.
  Status end_session(const auth::Caller& caller, const std::string& id);

  // kUnauthenticated unless the token is valid, its session alive and its user active. The role and the
  // cameras are the user's present ones.
  Result<auth::Caller> authenticate(std::string_view access_token);

 private:
  struct Known {
    MonoTime checked_at{};
    bool alive = false;
    auth::Role role = auth::Role::kViewer;
    auth::CameraRights cameras;
  };
  Tokens issue(const auth::User& user, const std::string& session_id, std::string refresh) const;
  Known look_up(const auth::Caller& caller);

  storage::UserRepository& users_;
  auth::HashPool& hashes_;
  const auth::TokenSigner& signer_;
  IdGenerator& ids_;
  const Clock& clock_;
  const AuthConfig config_;
  const std::string nobody_hash_;  // verified in place of an unknown user's, so that the times are alike
  Guarded<std::unordered_map<std::string, Known>> sessions_;  // by session id, kKnownMax at most
};

}  // namespace sentinel::services
