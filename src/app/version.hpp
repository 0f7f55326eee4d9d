// The version of this build, as CMakeLists.txt states it.
#pragma once

namespace sentinel::app {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace sentinel::app
