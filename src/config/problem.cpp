#include "config/problem.hpp"

#include <algorithm>
#include <cstddef>

namespace sentinel::config {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// Levenshtein's distance, letters of both cases being the same.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string to_line(const Problem& problem) {
  std::string out = problem.spot.where;
  if (!problem.spot.name.empty()) out += ": " + problem.spot.name;
  return out + ": " + problem.what;
}

std::string to_lines(const std::vector<Problem>& problems) {
  std::string out;
  for (const Problem& problem : problems) out += to_line(problem) + "\n";
  return out;
}

std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& known) {
  constexpr std::size_t kLongest = 64;  // what is longer is no misspelt name, and the distance is quadratic
  if (name.size() > kLongest) return {};
  std::string_view best;
  std::size_t least = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    // "user" for "username": a part of the name is nearer than its length tells.
    const bool is_part = name.size() >= 4 && candidate.find(name) != std::string_view::npos;
    const std::size_t d = is_part ? 1 : distance(name, candidate);
    if (d < least && d < candidate.size()) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

std::string unknown_text(std::string_view name, const std::vector<std::string_view>& known) {
  const std::string_view near = nearest_name(name, known);
  if (!near.empty()) return "unknown; did you mean " + std::string{near} + "?";
  std::string out = "unknown; known are ";
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (i > 0) out += ", ";
    out += known[i];
  }
  return out;
}

}  // namespace sentinel::config
