#include "services/user_service.hpp"

#include "base/log.hpp"

namespace sentinel::services {
namespace {

Error unknown_user() {
  return not_found("User not found");
}

template <class T>
void take(T& member, const std::optional<T>& stated) {
  if (stated) member = *stated;
}

}  // namespace

Result<auth::User> UserService::get(std::int64_t id) {
  auto user = users_.find_user(id);
  if (!user) return unknown_user();
  return std::move(*user);
}

Result<auth::User> UserService::create(const UserDraft& draft) {
  const auto hash = hashes_.hash(draft.password);
  if (!hash) return hash.error();
  auth::User user;
  user.username = draft.username;
  user.email = draft.email;
  user.full_name = draft.full_name;
  user.role = draft.role;
  user.is_active = draft.is_active;
  user.cameras = draft.cameras;
  user.password_hash = *hash;
  user.created_at = clock_.utc_now();
  auto stored = users_.insert_user(user);
  if (stored) log::info("users", "made user {}, {}", stored->id, to_text(stored->role));
  return stored;
}

Result<auth::User> UserService::update(std::int64_t id, const UserPatch& patch) {
  std::optional<std::string> hash;
  if (patch.password) {
    auto made = hashes_.hash(*patch.password);
    if (!made) return made.error();
    hash = std::move(*made);
  }
  auto user = users_.find_user(id);
  if (!user) return unknown_user();
  take(user->username, patch.username);
  take(user->email, patch.email);
  take(user->full_name, patch.full_name);
  take(user->role, patch.role);
  take(user->is_active, patch.is_active);
  take(user->cameras.all, patch.all_cameras);
  if (patch.camera_ids) user->cameras.ids = auth::CameraRights::of(*patch.camera_ids).ids;
  if (const Status stored = users_.update_user(*user); !stored) return stored.error();
  if (!hash) return std::move(*user);
  if (!users_.replace_password_hash(id, user->password_hash, *hash)) {
    return conflict("The password was changed meanwhile; all else is as stated");
  }
  users_.delete_sessions_of(id, {});
  return std::move(*user);
}

Status UserService::remove(std::int64_t id) {
  const Status removed = users_.delete_user(id);
  if (removed) log::info("users", "removed user {}", id);
  return removed;
}

}  // namespace sentinel::services
