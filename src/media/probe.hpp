// What is known of a file before it is played.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/time.hpp"

namespace sentinel::media {

// The length of the media file at that absolute path by its container; empty where the container does not
// say. Errors as of Source::open(): no such file, not a regular one, not a video.
Result<std::optional<StreamTime>> probe_file(const std::string& path);

}  // namespace sentinel::media
