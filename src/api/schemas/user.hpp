// The wire contract of /api/users.
#pragma once

#include "api/schemas/auth.hpp"

namespace sentinel::api {

inline constexpr const char* kPrintable = "^[^\\x00-\\x1f\\x7f]*$";
inline constexpr std::size_t kCameraIdsMax = 1'000;

struct UserCreate {
  std::string username, password;
  std::optional<std::string> email, full_name;
  auth::Role role = auth::Role::kViewer;
  bool is_active = true, all_cameras = false;
  std::vector<std::string> camera_ids;
  static constexpr auto fields() {
    using Self = UserCreate;
    return object<Self>(
        "UserCreate",
        required("username", &Self::username, min_length{3}, max_length{50}, pattern{kPrintable}),
        required("password", &Self::password, min_length{6}, max_length{128}, secret{}),
        optional("email", &Self::email, schema::email{}),
        optional("full_name", &Self::full_name, max_length{100}, pattern{kPrintable}),
        defaulted("role", &Self::role), defaulted("is_active", &Self::is_active),
        defaulted("all_cameras", &Self::all_cameras, doc{kAllCamerasDoc}),
        defaulted("camera_ids", &Self::camera_ids, max_length{kCameraIdsMax},
                  each{min_length{1}, max_length{64}}, doc{kCameraIdsDoc}));
  }
};

struct UserUpdate {
  std::optional<std::string> username, password;
  std::optional<std::optional<std::string>> email, full_name;
  std::optional<auth::Role> role;
  std::optional<bool> is_active, all_cameras;
  std::optional<std::vector<std::string>> camera_ids;
  static constexpr auto fields() {
    using Self = UserUpdate;
    return object<Self>(
        "UserUpdate",
        optional("username", &Self::username, min_length{3}, max_length{50}, pattern{kPrintable}),
        optional("password", &Self::password, min_length{6}, max_length{128}, secret{},
                 doc{"A new one ends the user's sessions."}),
        patched("email", &Self::email, schema::email{}, doc{"null clears it."}),
        patched("full_name", &Self::full_name, max_length{100}, pattern{kPrintable}, doc{"null clears it."}),
        optional("role", &Self::role), optional("is_active", &Self::is_active),
        optional("all_cameras", &Self::all_cameras, doc{kAllCamerasDoc}),
        optional("camera_ids", &Self::camera_ids, max_length{kCameraIdsMax},
                 each{min_length{1}, max_length{64}}, doc{kCameraIdsDoc}));
  }
};

}  // namespace sentinel::api
