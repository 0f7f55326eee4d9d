// Where pictures come from: a file or an RTSP camera, behind one interface.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "domain/camera.hpp"
#include "domain/frame.hpp"

namespace sentinel::media {

enum class Pace {
  kRealTime,  // a file plays at the speed of its timestamps; a camera sets its own pace
  kFastest,   // as fast as it can be read: analyze
};

struct SourceConfig {
  std::string camera_id;
  std::string url;  // rtsp://, rtsps://, file:// or, for analyze alone, a plain path
  std::optional<domain::CameraCredentials> credentials;
  Pace pace = Pace::kRealTime;
  bool loop = false;  // a file starts anew at its end; its timestamps go on growing
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds stall_timeout{5000};  // no packet for so long is an error
  int threads = 1;                                // of the decoder
};

struct SourceCounters {
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
  std::uint64_t decode_errors = 0;
};

// One opening of one stream. Used by one thread; interrupt() alone may come from another.
class Source {
 public:
  virtual ~Source() = default;
  // Connects and finds the video stream. kUnavailable: not reachable, refused or timed out; kUnsupported: a
  // protocol, format or codec outside the allowlists; kInvalid: the URL is unfit.
  virtual Status open() = 0;
  // The next picture. Null at the end of a file. An error ends this opening.
  virtual Result<domain::FramePtr> read() = 0;
  // Makes a running open() or read() return kUnavailable soon (under 100 ms). Thread-safe.
  virtual void interrupt() = 0;
  virtual SourceCounters counters() const = 0;
};

// How the pipeline makes sources: app/ hands in one that opens libav, tests one that plays a script.
using SourceFactory = std::function<std::unique_ptr<Source>(const SourceConfig&)>;

}  // namespace sentinel::media
