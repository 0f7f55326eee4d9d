// Users and their sessions. Implemented by sqlite/ here, postgres/ later. Thread-safe; a broken store throws
// StoreDown, expected outcomes are Results.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/user.hpp"
#include "base/error.hpp"

namespace sentinel::storage {

// One login. Its refresh token is stored as a SHA-256 and rotates; a token seen again after its rotation is
// stolen, and ends the session.
struct Session {
  std::string id;
  std::int64_t user_id = 0;
  std::string refresh_hash;
  std::string previous_refresh_hash;  // empty before the first rotation
  UtcTime created_at{};
  UtcTime expires_at{};
};

class UserRepository {
 public:
  virtual ~UserRepository() = default;
  // The id of `user` is ignored and given by the store. kConflict when the name is taken.
  virtual Result<auth::User> insert_user(const auth::User& user) = 0;
  // Makes `user` only while there is none at all: the first admin, safe against two nodes. Empty when there is one.
  virtual std::optional<auth::User> insert_first_user(const auth::User& user) = 0;
  virtual std::optional<auth::User> find_user(std::int64_t id) = 0;
  virtual std::optional<auth::User> find_user(std::string_view username) = 0;
  virtual std::vector<auth::User> list_users() = 0;
  virtual std::int64_t count_users() = 0;
  virtual Status update_user(const auth::User& user) = 0;  // kNotFound, kConflict

  virtual void insert_session(const Session& session) = 0;
  virtual std::optional<Session> find_session(std::string_view id) = 0;
  // Matches the present and the previous hash.
  virtual std::optional<Session> find_session_by_refresh(std::string_view refresh_hash) = 0;
  // Replaces the hash if it is still `from`: false when another request was first.
  virtual bool rotate_session(std::string_view id, std::string_view from, std::string_view to, UtcTime expires_at) = 0;
  virtual void delete_session(std::string_view id) = 0;
  virtual void delete_sessions_of(std::int64_t user_id) = 0;
  virtual void delete_expired_sessions(UtcTime now) = 0;
};

}  // namespace sentinel::storage
