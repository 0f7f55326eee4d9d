// A camera as the system knows it, and the state it is in.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace sentinel::domain {

enum class CameraStatus { kActive, kInactive, kError, kConnecting };
inline constexpr std::array<std::string_view, 4> kCameraStatusNames{"active", "inactive", "error",
                                                                    "connecting"};
inline std::string_view to_text(CameraStatus status) {
  return kCameraStatusNames[static_cast<std::size_t>(status)];
}

// The user and password of a camera. Kept apart from the URL, encrypted at rest, never returned, never
// logged.
struct CameraCredentials {
  std::string username;
  std::string password;
};

struct Camera {
  std::string id;  // "camera_1", or the id of config/cameras.yaml; also its WebSocket channel
  std::string name;
  std::string url;  // without credentials
  std::optional<std::string> location;
  double fps_max = 10;     // frames a second that are analysed at most
  bool enabled = true;     // started by the server
  bool from_file = false;  // declared in cameras.yaml: what the entry states is read-only by API
  UtcTime created_at{};
  std::optional<CameraCredentials> credentials;
};

// Counters since the camera was last started, and the present state.
struct CameraStats {
  CameraStatus status = CameraStatus::kInactive;
  std::string status_reason;  // why, in words for an operator; empty while all is well
  UtcTime status_since{};
  std::optional<UtcTime> started_at;
  std::optional<UtcTime> last_frame_at;
  int width = 0;
  int height = 0;
  double fps_in = 0;  // decoded frames a second, over the last seconds
  double fps_analysed = 0;
  std::uint64_t frames_decoded = 0;
  std::uint64_t frames_inferred = 0;
  std::uint64_t frames_quiet = 0;     // not inferred: the motion gate saw nothing
  std::uint64_t frames_skipped = 0;   // not inferred: over fps_max
  std::uint64_t frames_dropped = 0;   // not inferred: the detector was behind
  std::uint64_t results_dropped = 0;  // inferred, and the tracker was behind
  std::uint64_t decode_errors = 0;
  std::uint64_t reconnects = 0;
  std::uint64_t bytes_received = 0;
};

}  // namespace sentinel::domain
