// libav's error codes as ours: the only place that maps them.
#pragma once

#include <string>

#include "base/error.hpp"

namespace sentinel::media {

enum class AvStage {
  kConnect,  // a camera: from the first packet to the description of its stream
  kReadCamera,
  kOpenFile,
  kReadFile,
};

// `code` is a negative AVERROR. `detail` is what libav logged last, already masked; it goes to the log alone.
// kUnauthenticated: the camera refused the credentials (401); kForbidden: it denies this stream to them
// (403); kNotFound: it has no such stream (404); kUnavailable: not reachable, or gone; kInvalid: not a video;
// kUnsupported: a format outside the allowlist.
Error map_av_error(int code, AvStage stage, const std::string& detail);

}  // namespace sentinel::media
