// What is known of a file before it is played.
#pragma once

#include <optional>
#include <string>

#include "base/time.hpp"

namespace sentinel::media {

// The length of a media file by its container; empty where the container does not say, or it is no such file.
std::optional<StreamTime> probe_length(const std::string& path);

}  // namespace sentinel::media
