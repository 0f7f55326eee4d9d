// The text of a .env file to names and values.
//
// A line is NAME=value, `export NAME=value`, a comment or empty. A value in single quotes is literal; in
// double quotes \n, \t, \\, \" and \$ are read. Without quotes it ends at a # that follows a space, and the
// spaces around it do not count. Nothing is expanded: $HOME is these five letters. A value ends with its
// line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/problem.hpp"
#include "config/reading.hpp"

namespace sentinel::config {

inline constexpr std::size_t kDotenvBytesMax = 1U << 20U;

struct DotenvLine {
  int line = 1;
  std::string name;
  std::string value;
};

// Every line that can be read, and a problem for every one that cannot, for a name that was there before, and
// for a file over the bound. No problem repeats anything that may be a value.
Checked<std::vector<DotenvLine>> parse_dotenv(const SourceFile& file);

}  // namespace sentinel::config
