// What `sentinel analyze` is to look at, checked before anything slow is made.
#pragma once

#include <optional>
#include <string>

#include "base/time.hpp"
#include "domain/camera.hpp"
#include "media/ffmpeg/av_source.hpp"

namespace sentinel::app {

struct AnalyzeInput {
  domain::Camera camera;             // its address without credentials
  std::optional<StreamTime> length;  // of a file that states it
};

// The source in words for the terminal: a path as it is, an address without what may be secret in it, and one
// that cannot be taken apart not at all.
std::string shown_source(const std::string& source);

// Takes the path or address apart. A file is opened and looked into; an address that is a number is held
// against the networks, one that is a name is looked up only when it is connected to. Errors as of Source.
Result<AnalyzeInput> open_input(const std::string& source, const media::SourceGuards& guards);

}  // namespace sentinel::app
