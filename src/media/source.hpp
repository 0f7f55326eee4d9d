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
  std::optional<domain::CameraCredentials>
      credentials;  // joined into the URL for libav alone; before those of `url`
  Pace pace = Pace::kRealTime;
  bool loop = false;  // a file starts anew at its end; its timestamps go on growing
  std::chrono::milliseconds connect_timeout{5000};  // to the camera's answer to PLAY, all together
  std::chrono::milliseconds stall_timeout{5000};    // no packet for so long is an error
  int threads = 1;                                  // of the decoder
};

struct SourceCounters {
  std::uint64_t bytes = 0;  // of the video stream's packets
  std::uint64_t packets = 0;
  std::uint64_t decode_errors = 0;  // packets and pictures given up as damaged; those passed over until the
                                    // next keyframe are not counted
};

// One opening of one stream. Used by one thread; interrupt() alone may come from another.
class Source {
 public:
  virtual ~Source() = default;
  // Connects and finds the video stream; once. Errors, whose messages are fit for an operator's eyes:
  // - kInvalid: the URL or the credentials are unfit, or the file is not a video
  // - kForbidden: outside CAMERA_ALLOWED_NETWORKS or FILE_SOURCE_ROOTS, or redirected elsewhere, or the
  // camera says so
  // - kUnauthenticated: the camera refused the credentials
  // - kNotFound: no such file, host name, or stream of the camera
  // - kUnsupported: a protocol, format or codec outside the allowlists; kTooLarge: pictures over the size
  // limit
  // - kUnavailable: not reachable, timed out or interrupted: worth another try, as the others are not by
  // themselves
  virtual Status open() = 0;
  // The next picture. Null at the end of a file, then and ever after. An error ends this opening:
  // kUnavailable when the camera is gone or silent, else as for open().
  virtual Result<domain::FramePtr> read() = 0;
  // Makes a running open() or read(), and all later ones, return kUnavailable: at once while a file waits for
  // its time, within 100 ms or a little more while libav waits for a socket, which it does in steps of that.
  // Thread-safe.
  virtual void interrupt() = 0;
  // Of this opening; called by the thread that reads.
  virtual SourceCounters counters() const = 0;
};

// How the pipeline makes sources: app/ hands in one that opens libav, tests one that plays a script.
using SourceFactory = std::function<std::unique_ptr<Source>(const SourceConfig&)>;

}  // namespace sentinel::media
