// What is wrong with the configuration, in words for the person who wrote it. Everything is collected: one
// start names all mistakes, not the first.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sentinel::config {

// Where a value was stated and what it is called there: {"config/cameras.yaml:12", "cameras.0.url"},
// {".env:3", "PORT"}, {"environment", "PORT"}. The name is empty for a fault of the whole file.
struct Spot {
  std::string where;
  std::string name;
};

struct Problem {
  Spot spot;
  std::string what;  // what is wrong; what is allowed. Never a secret, also not a part of one
};

// A value with all that was found wrong with it. The value counts only when ok().
template <class T>
struct Checked {
  T value{};
  std::vector<Problem> problems{};
  std::vector<Problem> warnings{};  // fit to run with, and worth a line in the log

  bool ok() const { return problems.empty(); }
};

// "WHERE: NAME: what is wrong; what is allowed"
std::string to_line(const Problem& problem);
// A line each, for standard error.
std::string to_lines(const std::vector<Problem>& problems);

// The known name that `name` most likely meant; empty when none is near.
std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& known);
// "unknown; did you mean PORT?", or "unknown; known are …" when none is near.
std::string unknown_text(std::string_view name, const std::vector<std::string_view>& known);

}  // namespace sentinel::config
