#include "app/known_password.hpp"

#include "base/log.hpp"
#include "config/settings.hpp"

namespace sentinel::app {

Status replace_known_password(storage::UserRepository& users, auth::HashPool& hashes,
                              const std::optional<std::string>& own) {
  const auto admin = users.find_user("admin");
  if (!admin) return {};
  const auto known = hashes.verify(config::kExampleAdminPassword, admin->password_hash);
  if (!known) return known.error();
  if (!*known) return {};
  if (!own) {
    return conflict(
        "ADMIN_PASSWORD: admin still has the example's password, which is known to everybody and refused "
        "while HOST is beyond loopback; state one of your own here, and it becomes admin's");
  }
  const auto fresh = hashes.hash(*own);
  if (!fresh) return fresh.error();
  if (users.replace_password_hash(admin->id, admin->password_hash, *fresh)) {
    users.delete_sessions_of(admin->id, {});
    log::info("auth", "admin had the example's password: ADMIN_PASSWORD took its place");
  }
  return {};
}

}  // namespace sentinel::app
