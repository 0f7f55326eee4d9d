#include "services/auth_service.hpp"

#include <map>

#include "auth/keys.hpp"
#include "base/log.hpp"

namespace sentinel::services {
namespace {

constexpr std::size_t kRefreshBytes = 32;
constexpr std::size_t kKnownMax = 10'000;
constexpr std::chrono::seconds kRecheck{1};

Error wrong_login() {
  return Error{ErrorKind::kUnauthenticated, ClientText{"Incorrect username or password"}};
}
auth::CameraRights rights_of(const auth::User& user) {
  return user.role == auth::Role::kAdmin ? auth::CameraRights::everything() : user.cameras;
}
// It names its session, so that any token of it that was used before, however long ago, is known for a stolen
// one.
std::string new_refresh_token(const std::string& session_id) {
  return session_id + "." + auth::random_token(kRefreshBytes);
}

void note_client(storage::Session& session, const ClientInfo& client) {
  session.address = client.address;
  session.user_agent = client.user_agent.substr(0, ClientInfo::kUserAgentMax);
}

Error no_session() {
  return Error{ErrorKind::kUnauthenticated, ClientText{"Could not validate credentials"}};
}

}  // namespace

AuthService::AuthService(storage::UserRepository& users, auth::HashPool& hashes,
                         const auth::TokenSigner& signer, IdGenerator& ids, const Clock& clock,
                         const AuthConfig& config)
    : users_{users},
      hashes_{hashes},
      signer_{signer},
      ids_{ids},
      clock_{clock},
      config_{config},
      nobody_hash_{hashes.hash(auth::random_token(kRefreshBytes)).value()} {}

std::optional<std::string> AuthService::ensure_first_admin(const std::optional<std::string>& password) {
  if (users_.count_users() > 0) return std::nullopt;
  const std::string chosen = password ? *password : auth::random_token(12);
  auth::User admin;
  admin.username = "admin";
  admin.role = auth::Role::kAdmin;
  admin.created_at = clock_.utc_now();
  admin.password_hash = hashes_.hash(chosen).value();
  if (!users_.insert_first_user(admin)) return std::nullopt;  // another node was first
  log::info("auth", "made the first user, admin");
  if (password) return std::nullopt;
  return chosen;
}

Tokens AuthService::issue(const auth::User& user, const std::string& session_id, std::string refresh) const {
  const UtcTime now = clock_.utc_now();
  auth::Caller caller;
  caller.user_id = user.id;
  caller.username = user.username;
  caller.role = user.role;
  caller.session_id = session_id;
  caller.expires_at = now + config_.access_token_life;
  return {signer_.sign(caller, now), std::move(refresh), config_.access_token_life, user};
}

Result<Tokens> AuthService::login(const std::string& username, const std::string& password, bool remember_me,
                                  const ClientInfo& client) {
  std::optional<auth::User> user = users_.find_user(username);
  const auto right = hashes_.verify(password, user ? user->password_hash : nobody_hash_);
  if (!right) return right.error();
  if (!*right || !user || !user->is_active) return wrong_login();
  const UtcTime now = clock_.utc_now();
  if (auth::needs_rehash(user->password_hash, hashes_.cost())) {
    // The old hash goes on working, so a full hashing queue is no reason to refuse the login.
    if (const auto fresh = hashes_.hash(password)) {
      users_.replace_password_hash(user->id, user->password_hash, *fresh);
    }
  }
  users_.record_login(user->id, now);
  user->last_login = now;
  const std::string id = ids_.next("ses_");
  std::string refresh = new_refresh_token(id);
  const auto life = remember_me ? config_.remembered_session_life : config_.session_life;
  storage::Session session{id, user->id, auth::sha256_hex(refresh), now, now + life, now, {}, {}};
  note_client(session, client);
  users_.delete_expired_sessions(now);
  if (!users_.insert_session(session)) return wrong_login();  // the user was deleted meanwhile
  return issue(*user, session.id, std::move(refresh));
}

Result<Tokens> AuthService::refresh(std::string_view refresh_token, const ClientInfo& client) {
  const std::string hash = auth::sha256_hex(refresh_token);
  const UtcTime now = clock_.utc_now();
  auto session = users_.find_session(refresh_token.substr(0, refresh_token.find('.')));
  if (!session || session->expires_at <= now) return no_session();
  if (session->refresh_hash != hash) {
    log::warn("auth", "a used refresh token came again: session {} of user {} is ended", session->id,
              session->user_id);
    users_.delete_session(session->id);
    sessions_.with([&](auto& known) { known.erase(session->id); });
    return no_session();
  }
  const auto user = users_.find_user(session->user_id);
  if (!user || !user->is_active) return no_session();
  std::string fresh = new_refresh_token(session->id);
  // The session keeps the end it was given at login: refreshing does not make it endless.
  session->refresh_hash = auth::sha256_hex(fresh);
  session->last_used_at = now;
  note_client(*session, client);
  if (!users_.rotate_session(hash, *session)) return no_session();
  return issue(*user, session->id, std::move(fresh));
}

Result<Verified> AuthService::verify(std::string_view access_token) {
  const auto caller = authenticate(access_token);
  if (!caller) return caller.error();
  auto user = me(*caller);
  if (!user) return user.error();
  return Verified{std::move(*user), caller->expires_at};
}

Status AuthService::change_password(const auth::Caller& caller, const std::string& current,
                                    const std::string& fresh) {
  const auto user = users_.find_user(caller.user_id);
  if (!user) return no_session();
  const auto right = hashes_.verify(current, user->password_hash);
  if (!right) return right.error();
  if (!*right) return invalid("current_password: it is not the present one");
  const auto hash = hashes_.hash(fresh);
  if (!hash) return hash.error();
  if (!users_.replace_password_hash(user->id, user->password_hash, *hash)) {
    return conflict("The password was changed meanwhile");
  }
  users_.delete_sessions_of(user->id, caller.session_id);
  sessions_.with([](auto& known) { known.clear(); });
  log::info("auth", "user {} changed the password", user->id);
  return {};
}

Result<std::vector<SessionView>> AuthService::sessions(const auth::Caller& caller, bool all) {
  if (all && !caller.has(auth::Role::kAdmin)) return forbidden("all: for an admin alone");
  std::map<std::int64_t, std::string> names;
  for (const auth::User& user : users_.list_users()) names.emplace(user.id, user.username);
  std::vector<SessionView> out;
  const UtcTime now = clock_.utc_now();
  for (auto& session : users_.list_sessions(all ? std::nullopt : std::optional{caller.user_id})) {
    if (session.expires_at <= now) continue;
    const bool is_current = session.id == caller.session_id;
    out.push_back({session, names[session.user_id], is_current});
  }
  return out;
}

Status AuthService::end_session(const auth::Caller& caller, const std::string& id) {
  const auto session = users_.find_session(id);
  const bool is_own = session && session->user_id == caller.user_id;
  if (!session || !(is_own || caller.has(auth::Role::kAdmin))) return not_found("Session not found");
  users_.delete_session(id);
  sessions_.with([&](auto& known) { known.erase(id); });
  return {};
}

void AuthService::logout(const auth::Caller& caller) {
  users_.delete_session(caller.session_id);
  sessions_.with([&](auto& known) { known.erase(caller.session_id); });
}

Result<auth::User> AuthService::me(const auth::Caller& caller) {
  auto user = users_.find_user(caller.user_id);
  if (!user) return no_session();
  return *user;
}

AuthService::Known AuthService::look_up(const auth::Caller& caller) {
  const MonoTime now = clock_.mono_now();
  const auto known = sessions_.with([&](const auto& all) -> std::optional<Known> {
    const auto found = all.find(caller.session_id);
    if (found == all.end() || now - found->second.checked_at > kRecheck) return std::nullopt;
    return found->second;
  });
  if (known) return *known;
  Known fresh;
  fresh.checked_at = now;
  if (const auto session = users_.find_session(caller.session_id);
      session && session->user_id == caller.user_id) {
    const auto user = users_.find_user(session->user_id);
    fresh.alive = user && user->is_active && session->expires_at > clock_.utc_now();
    if (user) {
      fresh.role = user->role;
      fresh.cameras = rights_of(*user);
    }
  }
  sessions_.with([&](auto& all) {
    if (all.size() >= kKnownMax) all.clear();
    all[caller.session_id] = fresh;
  });
  return fresh;
}

Result<auth::Caller> AuthService::authenticate(std::string_view access_token) {
  auto caller = signer_.verify(access_token, clock_.utc_now());
  if (!caller) return caller.error();
  const Known known = look_up(*caller);
  if (!known.alive) return no_session();
  caller->role = known.role;
  caller->cameras = known.cameras;
  return caller;
}

}  // namespace sentinel::services
