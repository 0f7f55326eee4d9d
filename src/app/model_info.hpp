// `sentinel model info`: what is known of a model file.
#pragma once

#include <string>

#include "base/error.hpp"

namespace sentinel::app {

// Lines of "name: value". Errors say what was found and what is needed.
Result<std::string> model_info_text(const std::string& path);
// SHA-256 of a file, empty when it cannot be read.
std::string file_sha256(const std::string& path);

}  // namespace sentinel::app
