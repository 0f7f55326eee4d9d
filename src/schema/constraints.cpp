#include "schema/constraints.hpp"

#include <re2/re2.h>

#include <cmath>
#include <map>
#include <memory>

#include "base/guarded.hpp"

namespace sentinel::schema {
namespace {

json::Value limit_value(double limit) {
  if (limit == std::floor(limit)) return static_cast<std::int64_t>(limit);
  return limit;
}

std::string length_text(const char* bound, std::size_t limit) {
  return fmt::format("String should have at {} {} character{}", bound, limit, limit == 1 ? "" : "s");
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

Verdict min_length::check(const std::string& text) const {
  if (code_points(text) >= limit) return std::nullopt;
  return Issue{
      "string_too_short", length_text("least", limit), {{"min_length", static_cast<std::int64_t>(limit)}}};
}

Verdict max_length::check(const std::string& text) const {
  if (text.size() <= limit || code_points(text) <= limit) return std::nullopt;
  return Issue{
      "string_too_long", length_text("most", limit), {{"max_length", static_cast<std::int64_t>(limit)}}};
}

Verdict pattern::check(const std::string& text) const {
  if (matches(expression, text)) return std::nullopt;
  return Issue{"string_pattern_mismatch",
               fmt::format("String should match pattern '{}'", expression),
               {{"pattern", expression}}};
}

Verdict email::check(const std::string& text) const {
  const auto reason = email_fault(text);
  if (!reason) return std::nullopt;
  return Issue{"value_error", "value is not a valid email address: " + *reason, {{"reason", *reason}}};
}

Verdict NumberBound::check(double value) const {
  const bool greater = key[0] == 'g';
  const bool inclusive = key[1] == 'e';
  if (inclusive && value == limit) return std::nullopt;
  if (greater ? value > limit : value < limit) return std::nullopt;
  return Issue{type,
               fmt::format("Input should be {} than{} {}", greater ? "greater" : "less",
                           inclusive ? " or equal to" : "", json::to_text(limit_value(limit))),
               {{key, limit_value(limit)}}};
}

void NumberBound::describe(json::Object& out, bool) const {
  out.push_back({keyword, limit_value(limit)});
}

Verdict json_bounds::check(const json::Value& value) const {
  std::string fault;
  if (json::depth(value) > depth_max) {
    fault = fmt::format("{} should be at most {} levels deep", title, depth_max);
  } else if (json::to_text(value).size() > bytes_max) {
    fault = fmt::format("{} should be at most {} bytes as JSON", title, bytes_max);
  } else {
    return std::nullopt;
  }
  return Issue{"value_error", "Value error, " + fault, {{"error", json::Object{}}}};
}

void example::describe(json::Object& out, bool) const {
  auto parsed = json::parse(json_text);
  if (auto* value = std::get_if<json::Value>(&parsed)) {
    out.push_back({"examples", json::Array{std::move(*value)}});
  }
}

}  // namespace sentinel::schema
