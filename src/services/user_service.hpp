// The people who may log in: made, changed and removed by an admin.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/hash_pool.hpp"
#include "auth/user.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "storage/user_repository.hpp"

namespace sentinel::services {

struct UserDraft {
  std::string username;
  std::string password;
  std::optional<std::string> email;
  std::optional<std::string> full_name;
  auth::Role role = auth::Role::kViewer;
  bool is_active = true;
  auth::CameraRights cameras;
};

// Absent members leave the user as it is; an inner absence clears.
struct UserPatch {
  std::optional<std::string> username;
  std::optional<std::string> password;
  std::optional<std::optional<std::string>> email;
  std::optional<std::optional<std::string>> full_name;
  std::optional<auth::Role> role;
  std::optional<bool> is_active;
  std::optional<bool> all_cameras;
  std::optional<std::vector<std::string>> camera_ids;
};

// Thread-safe; blocks on the store, and on hashing where a password comes. What is changed here reaches
// tokens that are out within a second, and open sockets within 5.
class UserService {
 public:
  UserService(storage::UserRepository& users, auth::HashPool& hashes, const Clock& clock)
      : users_{users}, hashes_{hashes}, clock_{clock} {}

  std::vector<auth::User> list() { return users_.list_users(); }
  Result<auth::User> get(std::int64_t id);
  // kConflict: the name is taken.
  Result<auth::User> create(const UserDraft& draft);
  // kConflict as well for what would leave no active admin. A new password ends the user's sessions.
  Result<auth::User> update(std::int64_t id, const UserPatch& patch);
  // With the user's sessions. kConflict for the last active admin.
  Status remove(std::int64_t id);

 private:
  storage::UserRepository& users_;
  auth::HashPool& hashes_;
  const Clock& clock_;
};

}  // namespace sentinel::services
