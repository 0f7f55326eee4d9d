// What the field tables of the settings say about each variable, as data: for the loader, the checks and
// .env.example.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sentinel::config {

struct Variable {
  std::string_view group;                   // the title over it in .env.example
  std::string_view name;                    // "PORT"
  std::string_view doc;                     // lines parted by '\n'
  std::optional<std::string> default_text;  // as it is written in .env; none where unset is the default
  std::optional<std::string> example_text;
  std::string allowed;
  bool secret = false;
  bool not_yet = false;                   // see rules.hpp
  char separator = '\0';                  // of a list's entries; '\0' for what is no list
  std::vector<std::string_view> choices;  // of an enum
};

// In the order of the tables.
const std::vector<Variable>& variables();
// Null when there is none of that name.
const Variable* find_variable(std::string_view name);

// The text of .env.example. A line that is commented out shows an example or what is unset by default; the
// others state the default, so that a copy as it stands runs, on loopback.
std::string env_example();

}  // namespace sentinel::config
