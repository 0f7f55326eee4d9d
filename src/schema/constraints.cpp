#include "schema/constraints.hpp"

#include <re2/re2.h>

#include <cmath>
#include <map>
#include <memory>

#include "base/guarded.hpp"

namespace sentinel::schema {
namespace {

json::Value limit_value(double limit) {
  if (limit == std::floor(limit) && std::abs(limit) < 0x1p63) return static_cast<std::int64_t>(limit);
  return limit;
}

const char* plural(std::size_t count) {
  return count == 1 ? "" : "s";
}

}  // namespace

std::size_t code_points(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

bool matches(std::string_view expression, std::string_view text) {
  // The patterns are the tables' own, so the cache is bounded by the source code.
  static Guarded<std::map<std::string, std::unique_ptr<re2::RE2>, std::less<>>> cache;
  const re2::RE2* compiled = cache.with([&](auto& known) {
    const auto found = known.find(expression);
    if (found != known.end()) return found->second.get();
    auto fresh = std::make_unique<re2::RE2>(re2::StringPiece{expression.data(), expression.size()});
    return known.emplace(std::string{expression}, std::move(fresh)).first->second.get();
  });
  return re2::RE2::PartialMatch(re2::StringPiece{text.data(), text.size()}, *compiled);
}

std::string trimmed(std::string_view text) {
  static const re2::RE2 kInner{R"((?s)[\s\v\pZ]*(.*?)[\s\v\pZ]*)"};
  std::string out;
  return re2::RE2::FullMatch(re2::StringPiece{text.data(), text.size()}, kInner, &out) ? out
                                                                                       : std::string{text};
}

Verdict LengthBound::check(const std::string& text) const {
  const std::size_t length = code_points(text);
  if (is_most ? length <= limit : length >= limit) return std::nullopt;
  return Issue{is_most ? "string_too_long" : "string_too_short",
               fmt::format("String should have at {} {} character{}", is_most ? "most" : "least", limit,
                           plural(limit)),
               {{is_most ? "max_length" : "min_length", limit}}};
}

Verdict LengthBound::check_count(std::string_view kind, std::size_t count) const {
  if (is_most ? count <= limit : count >= limit) return std::nullopt;
  return Issue{
      is_most ? "too_long" : "too_short",
      fmt::format("{} should have at {} {} item{} after validation, not {}", kind, is_most ? "most" : "least",
                  limit, plural(limit), count),
      {{"field_type", kind}, {is_most ? "max_length" : "min_length", limit}, {"actual_length", count}}};
}

void LengthBound::describe(json::Object& out, std::string_view kind) const {
  const std::string noun = kind == "List" ? "Items" : kind == "Dictionary" ? "Properties" : "Length";
  out.push_back({(is_most ? "max" : "min") + noun, limit});
}

Verdict pattern::check(const std::string& text) const {
  if (matches(expression, text)) return std::nullopt;
  return Issue{"string_pattern_mismatch",
               fmt::format("String should match pattern '{}'", expression),
               {{"pattern", expression}}};
}

Verdict email::check(std::string& text) const {
  const auto reason = email_fault(text);
  if (!reason) return std::nullopt;
  return Issue{"value_error", "value is not a valid email address: " + *reason, {{"reason", *reason}}};
}

Verdict NumberBound::check(double value) const {
  if (key[1] == 'e' && value == limit) return std::nullopt;
  if (key[0] == 'g' ? value > limit : value < limit) return std::nullopt;
  return issue();
}

Issue NumberBound::issue() const {
  return {type,
          fmt::format("Input should be {} than{} {}", key[0] == 'g' ? "greater" : "less",
                      key[1] == 'e' ? " or equal to" : "", json::to_text(limit_value(limit))),
          {{key, limit_value(limit)}}};
}

void NumberBound::describe(json::Object& out, std::string_view) const {
  out.push_back({keyword, limit_value(limit)});
}

Verdict json_bounds::check(const json::Value& value) const {
  const bool too_deep = json::depth(value) > depth_max;
  if (!too_deep && json::to_text(value).size() <= bytes_max) return std::nullopt;
  return Issue{"value_error",
               fmt::format("Value error, {} should be at most {} {}", title, too_deep ? depth_max : bytes_max,
                           too_deep ? "levels deep" : "bytes as JSON"),
               {{"error", json::Object{}}}};
}

void example::describe(json::Object& out, std::string_view) const {
  out.push_back({"examples", json::Array{std::get<json::Value>(json::parse(json_text))}});
}

}  // namespace sentinel::schema
