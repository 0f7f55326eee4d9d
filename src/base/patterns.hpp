// Patterns of fields that more than one module has a table for. Each means the same to RE2 and to the
// document's readers (ECMA-262).
#pragma once

namespace sentinel {

// A name to show: no control characters, and not blanks alone.
inline constexpr const char* kNamePattern =
    R"(^[^\x00-\x1f\x7f-\x9f]*[^\x00-\x20\x7f-\xa0][^\x00-\x1f\x7f-\x9f]*$)";

}  // namespace sentinel
