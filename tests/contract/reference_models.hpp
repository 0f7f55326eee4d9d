// The models of reference_app.py as field tables. Where the server's own wire struct says the same, it is
// used; the others differ in what the server adds (a camera's fps and credentials), or the server has none.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/schemas/auth.hpp"
#include "api/schemas/camera.hpp"
#include "api/schemas/event.hpp"

namespace sentinel::contract {

using namespace sentinel::schema;

inline constexpr const char* kUsernamePattern = "^[A-Za-z0-9_.-]+$";

struct VerifyRequest {
  std::optional<std::string> token;
  static constexpr auto fields() {
    return object<VerifyRequest>("VerifyRequest", optional("token", &VerifyRequest::token, secret{}));
  }
};

struct ChangePasswordRequest {
  std::string current_password, new_password;
  static constexpr auto fields() {
    using Self = ChangePasswordRequest;
    return object<Self>(
        "ChangePasswordRequest",
        required("current_password", &Self::current_password, min_length{6}, max_length{128}, secret{}),
        required("new_password", &Self::new_password, min_length{6}, max_length{128}, secret{}));
  }
};

struct UserCreate {
  std::string username, password;
  std::optional<std::string> email, full_name;
  auth::Role role = auth::Role::kViewer;
  bool is_active = true;
  static constexpr auto fields() {
    using Self = UserCreate;
    return object<Self>(
        "UserCreate",
        required("username", &Self::username, min_length{3}, max_length{50}, pattern{kUsernamePattern}),
        optional("email", &Self::email, schema::email{}),
        optional("full_name", &Self::full_name, max_length{100}), defaulted("role", &Self::role),
        defaulted("is_active", &Self::is_active),
        required("password", &Self::password, min_length{6}, max_length{128}, secret{}));
  }
};

struct UserUpdate {
  std::optional<std::string> username, email, full_name, password;
  std::optional<auth::Role> role;
  std::optional<bool> is_active;
  static constexpr auto fields() {
    using Self = UserUpdate;
    return object<Self>(
        "UserUpdate",
        optional("username", &Self::username, min_length{3}, max_length{50}, pattern{kUsernamePattern}),
        optional("email", &Self::email, schema::email{}),
        optional("full_name", &Self::full_name, max_length{100}), optional("role", &Self::role),
        optional("is_active", &Self::is_active),
        optional("password", &Self::password, min_length{6}, max_length{128}, secret{}));
  }
};

struct CameraCreate {
  std::string name, url;
  std::optional<std::string> location;
  static constexpr auto fields() {
    using Self = CameraCreate;
    return object<Self>("CameraCreate", required("name", &Self::name, min_length{1}, max_length{64}),
                        required("url", &Self::url, max_length{2048}, pattern{api::kCameraUrlPattern}),
                        optional("location", &Self::location, max_length{128}));
  }
};

struct CameraUpdate {
  std::optional<std::string> name, url, location;
  static constexpr auto fields() {
    using Self = CameraUpdate;
    return object<Self>("CameraUpdate", optional("name", &Self::name, min_length{1}, max_length{64}),
                        optional("url", &Self::url, max_length{2048}, pattern{api::kCameraUrlPattern}),
                        optional("location", &Self::location, max_length{128}));
  }
};

struct CameraDiscoveryRequest {
  int timeout_seconds = 5;
  static constexpr auto fields() {
    using Self = CameraDiscoveryRequest;
    return object<Self>("CameraDiscoveryRequest",
                        defaulted("timeout_seconds", &Self::timeout_seconds, ge{1}, le{30}));
  }
};

struct EventCreate {
  std::string camera_id;
  domain::EventType type = domain::EventType::kCustom;
  domain::EventSeverity severity = domain::EventSeverity::kLow;
  double confidence = 0;
  std::optional<std::string> label, description;
  json::Value metadata = json::Object{};
  static constexpr auto fields() {
    using Self = EventCreate;
    return object<Self>("EventCreate", required("camera_id", &Self::camera_id, min_length{1}, max_length{64}),
                        required("type", &Self::type), required("severity", &Self::severity),
                        required("confidence", &Self::confidence, ge{0}, le{1}),
                        optional("label", &Self::label, max_length{64}),
                        optional("description", &Self::description, max_length{500}),
                        defaulted("metadata", &Self::metadata, json_bounds{"Metadata", 16384, 8}));
  }
};

struct EventUpdate {
  std::optional<bool> acknowledged;
  std::optional<std::string> notes;
  static constexpr auto fields() {
    using Self = EventUpdate;
    return object<Self>("EventUpdate", optional("acknowledged", &Self::acknowledged),
                        optional("notes", &Self::notes, max_length{16384}));
  }
};

struct Point {
  double x = 0, y = 0;
  static constexpr auto fields() {
    return object<Point>("Point", required("x", &Point::x, ge{0}, le{1}),
                         required("y", &Point::y, ge{0}, le{1}));
  }
};

struct Inner {
  std::string label;
  std::vector<Point> points;
  static constexpr auto fields() {
    return object<Inner>("Inner", required("label", &Inner::label, min_length{1}, max_length{16}),
                         defaulted("points", &Inner::points, min_length{1}, max_length{4}));
  }
};

enum class Mode { kFast, kBalanced, kAccurate };
inline constexpr std::array<std::string_view, 3> kModeNames{"fast", "balanced", "accurate"};

}  // namespace sentinel::contract

template <>
struct sentinel::schema::EnumText<sentinel::contract::Mode> {
  static constexpr std::string_view name = "Mode";
  static constexpr auto& texts = sentinel::contract::kModeNames;
  static constexpr bool literal = true;
};

namespace sentinel::contract {

struct Sample {
  int fps = 15, level = 0;
  double ratio = 1;
  std::optional<std::int64_t> big;
  std::vector<std::string> tags;
  std::optional<std::vector<double>> box;
  std::optional<Inner> inner;
  std::optional<UtcTime> at;
  Mode mode = Mode::kBalanced;
  std::map<std::string, int> counts;
  std::string initial;
  std::vector<int> single;
  static constexpr auto fields() {
    using Self = Sample;
    return object<Self>("Sample", defaulted("fps", &Self::fps, ge{1}, le{60}),
                        defaulted("ratio", &Self::ratio, gt{0}, lt{10}),
                        defaulted("level", &Self::level, gt{-10}, lt{10}), optional("big", &Self::big),
                        defaulted("tags", &Self::tags, each{min_length{1}, max_length{32}}, max_length{8}),
                        optional("box", &Self::box, min_length{4}, max_length{4}),
                        optional("inner", &Self::inner), optional("at", &Self::at),
                        defaulted("mode", &Self::mode), defaulted("counts", &Self::counts, max_length{4}),
                        defaulted("initial", &Self::initial, max_length{1}),
                        defaulted("single", &Self::single, max_length{1}));
  }
};

}  // namespace sentinel::contract
