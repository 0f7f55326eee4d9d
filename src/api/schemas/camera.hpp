// The wire contract of /api/cameras.
#pragma once

#include "api/schemas/common.hpp"
#include "base/patterns.hpp"

namespace sentinel::api {

inline constexpr const char* kCameraUrlPattern = "^(rtsps?|https?|file)://";
inline constexpr const char* kCameraUrlDoc =
    "rtsp://, rtsps:// or file://. A user and password in it are taken out, stored encrypted and never "
    "returned.";

struct CameraCreate {
  std::string name, url;
  std::optional<std::string> location, username, password;
  double fps = 10;
  static constexpr auto fields() {
    return object<CameraCreate>(
        "CameraCreate",
        required("name", &CameraCreate::name, min_length{1}, max_length{64}, pattern{kNamePattern},
                 doc{"Shown in the UI."}, example{"\"Front door\""}),
        required("url", &CameraCreate::url, max_length{2048}, pattern{kCameraUrlPattern},
                 schema::secret_url{}, doc{kCameraUrlDoc}, example{"\"rtsp://192.168.1.20:554/stream1\""}),
        optional("location", &CameraCreate::location, max_length{128}),
        optional("username", &CameraCreate::username, max_length{64}, doc{"The camera's own user."}),
        optional("password", &CameraCreate::password, max_length{128}, secret{},
                 doc{"The camera's own password."}),
        defaulted("fps", &CameraCreate::fps, ge{0.1}, le{60},
                  doc{"Frames a second that are analysed at most."}));
  }
};

struct CameraUpdate {
  std::optional<std::string> name, url;
  std::optional<std::optional<std::string>> location, username, password;
  std::optional<double> fps;
  static constexpr auto fields() {
    return object<CameraUpdate>(
        "CameraUpdate",
        optional("name", &CameraUpdate::name, min_length{1}, max_length{64}, pattern{kNamePattern}),
        optional("url", &CameraUpdate::url, max_length{2048}, pattern{kCameraUrlPattern},
                 schema::secret_url{}, doc{kCameraUrlDoc}),
        patched("location", &CameraUpdate::location, max_length{128}, doc{"null clears it."}),
        patched("username", &CameraUpdate::username, max_length{64}, doc{"null clears it."}),
        patched("password", &CameraUpdate::password, max_length{128}, secret{}, doc{"null clears it."}),
        optional("fps", &CameraUpdate::fps, ge{0.1}, le{60}));
  }
};

struct CameraResponse {
  static constexpr std::string_view kListName = "CameraListResponse";
  std::string id, name, url;
  std::optional<std::string> location;
  double fps = 0;
  bool enabled = true, has_credentials = false, from_file = false;
  domain::CameraStatus status = domain::CameraStatus::kInactive;
  std::string status_reason;
  UtcTime created_at{};
  static constexpr auto fields() {
    using Self = CameraResponse;
    return object<Self>(
        "CameraResponse", required("id", &Self::id, doc{"Also the camera's WebSocket channel."}),
        required("name", &Self::name), required("url", &Self::url, doc{"Without credentials."}),
        optional("location", &Self::location), required("fps", &Self::fps),
        required("enabled", &Self::enabled), required("has_credentials", &Self::has_credentials),
        required("from_file", &Self::from_file, doc{"Declared in cameras.yaml: read-only by API."}),
        required("status", &Self::status),
        required("status_reason", &Self::status_reason, doc{"Why, in words; empty while all is well."}),
        required("created_at", &Self::created_at));
  }
};

struct CameraStatsResponse {
  std::string camera_id;
  domain::CameraStatus status = domain::CameraStatus::kInactive;
  std::string status_reason;
  UtcTime status_since{};
  std::optional<UtcTime> started_at, last_frame_at;
  int width = 0, height = 0;
  double fps_in = 0, fps_analysed = 0;
  std::uint64_t frames_decoded = 0, frames_inferred = 0, frames_quiet = 0, frames_skipped = 0,
                frames_dropped = 0, results_dropped = 0, decode_errors = 0, reconnects = 0,
                bytes_received = 0;
  static constexpr auto fields() {
    using Self = CameraStatsResponse;
    return object<Self>(
        "CameraStatsResponse", required("camera_id", &Self::camera_id), required("status", &Self::status),
        required("status_reason", &Self::status_reason), required("status_since", &Self::status_since),
        optional("started_at", &Self::started_at), optional("last_frame_at", &Self::last_frame_at),
        required("width", &Self::width), required("height", &Self::height), required("fps_in", &Self::fps_in),
        required("fps_analysed", &Self::fps_analysed), required("frames_decoded", &Self::frames_decoded),
        required("frames_inferred", &Self::frames_inferred),
        required("frames_quiet", &Self::frames_quiet, doc{"Not inferred: nothing moved."}),
        required("frames_skipped", &Self::frames_skipped, doc{"Not inferred: over the camera's fps."}),
        required("frames_dropped", &Self::frames_dropped, doc{"Not inferred: the detector was behind."}),
        required("results_dropped", &Self::results_dropped), required("decode_errors", &Self::decode_errors),
        required("reconnects", &Self::reconnects), required("bytes_received", &Self::bytes_received));
  }
};

}  // namespace sentinel::api
