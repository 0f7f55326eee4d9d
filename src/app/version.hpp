#pragma once

namespace sentinel::app {

// As in CMakeLists.txt; a test compares the two.
inline constexpr const char* kVersion = "0.1.0";

}  // namespace sentinel::app
