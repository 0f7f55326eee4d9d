// Who may use Sentinel, and which cameras.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace sentinel::auth {

// In rising order: a role has every right of the ones before it.
enum class Role { kViewer, kOperator, kAdmin };
inline constexpr std::array<std::string_view, 3> kRoleNames{"viewer", "operator", "admin"};
inline std::string_view to_text(Role role) {
  return kRoleNames[static_cast<std::size_t>(role)];
}
inline std::optional<Role> role_from_text(std::string_view text) {
  for (std::size_t i = 0; i < kRoleNames.size(); ++i) {
    if (kRoleNames[i] == text) return static_cast<Role>(i);
  }
  return std::nullopt;
}

// The cameras that a user may see, with their events. An id may name a camera that does not exist (yet).
struct CameraRights {
  bool all = false;              // those too that are added later
  std::vector<std::string> ids;  // sorted, each once; without meaning when `all`

  static CameraRights everything() { return {true, {}}; }
  static CameraRights of(std::vector<std::string> ids) {
    std::ranges::sort(ids);
    const auto twice = std::ranges::unique(ids);
    ids.erase(twice.begin(), twice.end());
    return {false, std::move(ids)};
  }
  bool include(std::string_view camera_id) const {
    return all || std::ranges::binary_search(ids, camera_id, {},
                                             [](const auto& id) -> std::string_view { return id; });
  }
  bool operator==(const CameraRights&) const = default;
};

struct User {
  std::int64_t id = 0;
  std::string username;
  std::optional<std::string> email;
  std::optional<std::string> full_name;
  Role role = Role::kViewer;
  CameraRights cameras;  // as stored: an admin sees all whatever this says
  bool is_active = true;
  std::string password_hash;  // $argon2id$… or $2b$…; leaves this process only towards the store
  UtcTime created_at{};
  std::optional<UtcTime> last_login;
};

// The authenticated caller of one request or socket.
struct Caller {
  std::int64_t user_id = 0;
  std::string username;
  Role role = Role::kViewer;
  CameraRights cameras;  // everything() for an admin
  std::string session_id;
  UtcTime expires_at{};

  bool has(Role needed) const { return role >= needed; }
};

}  // namespace sentinel::auth
