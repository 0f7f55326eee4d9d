// Users and their sessions. Implemented by sqlite/ here, postgres/ later. Thread-safe; a broken store throws
// StoreDown, expected outcomes are Results. Calls block, for as long as a commit takes when they write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/user.hpp"
#include "base/error.hpp"

namespace sentinel::storage {

// One login. Its refresh token is stored as a SHA-256 and rotates.
struct Session {
  std::string id;
  std::int64_t user_id = 0;
  std::string refresh_hash;
  UtcTime created_at{};
  UtcTime expires_at{};
  UtcTime last_used_at{};  // the login, or the last rotation
  std::string address;     // of the client then
  std::string user_agent;  // as it calls itself: anything
};

class UserRepository {
 public:
  virtual ~UserRepository() = default;
  // The id of `user` is ignored and given by the store, never twice. kConflict when the name is taken; names
  // are compared byte by byte.
  virtual Result<auth::User> insert_user(const auth::User& user) = 0;
  // Makes `user` only while there is none at all: the first admin, safe against two nodes. Empty when there
  // is one.
  virtual std::optional<auth::User> insert_first_user(const auth::User& user) = 0;
  virtual std::optional<auth::User> find_user(std::int64_t id) = 0;
  virtual std::optional<auth::User> find_user(std::string_view username) = 0;
  virtual std::vector<auth::User> list_users() = 0;  // in the order of their ids
  virtual std::int64_t count_users() = 0;
  // Writes all but id, created_at, last_login and the password's hash, which the two calls below alone touch:
  // a user that was read and is written back would undo a login or a new password in between. kNotFound;
  // kConflict for a name that is taken, and for what would leave no active admin where there is one.
  virtual Status update_user(const auth::User& user) = 0;
  virtual void record_login(std::int64_t id, UtcTime at) = 0;
  // Replaces the hash if it is still `from`: false when the password was changed meanwhile, or the user is
  // gone.
  virtual bool replace_password_hash(std::int64_t id, std::string_view from, std::string_view to) = 0;
  // With all sessions. kNotFound; kConflict for the last active admin.
  virtual Status delete_user(std::int64_t id) = 0;

  // kNotFound when the user is gone, kConflict when the id or the hash is in use.
  virtual Status insert_session(const Session& session) = 0;
  virtual std::optional<Session> find_session(std::string_view id) = 0;
  virtual std::vector<Session> list_sessions(std::optional<std::int64_t> user_id) = 0;  // newest first
  // Writes `to` (hash, last use and who used it) if the hash is still `from`: false when another request was
  // first.
  virtual bool rotate_session(std::string_view from, const Session& to) = 0;
  virtual void delete_session(std::string_view id) = 0;
  // All but the one with the id `but`, which may be empty.
  virtual void delete_sessions_of(std::int64_t user_id, std::string_view but) = 0;
  virtual void delete_expired_sessions(UtcTime now) = 0;  // expires_at at or before `now`
};

}  // namespace sentinel::storage
