// Constraints on a field. Each is its check, its entry in a 422 and its keyword in the OpenAPI document, side
// by side, so that the three cannot drift. doc, example and secret constrain nothing and say more.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "schema/issue.hpp"

namespace sentinel::schema {

std::size_t code_points(std::string_view utf8);
bool matches(std::string_view pattern, std::string_view text);  // RE2, searched, compiled once
std::string trimmed(std::string_view text);                     // of Unicode white space
// As Pydantic's EmailStr: makes `text` the bare address in its usual spelling, or tells why it is none.
std::optional<std::string> email_fault(std::string& text);

using Verdict = std::optional<Issue>;

// Of a text in code points, or of a list or map in items.
struct LengthBound {
  bool is_most;
  std::size_t limit;
  Verdict check(const std::string& text) const;
  Verdict check_count(std::string_view kind, std::size_t count) const;  // "List", "Dictionary"
  void describe(json::Object& out, std::string_view kind) const;
};
struct min_length : LengthBound {
  explicit constexpr min_length(std::size_t least) : LengthBound{false, least} {}
};
struct max_length : LengthBound {
  explicit constexpr max_length(std::size_t most) : LengthBound{true, most} {}
};

struct pattern {
  const char* expression;  // RE2
  Verdict check(const std::string& text) const;
  void describe(json::Object& out, std::string_view) const { out.push_back({"pattern", expression}); }
};

struct email {
  Verdict check(std::string& text) const;  // and spells it as it is stored
  void describe(json::Object& out, std::string_view) const { out.push_back({"format", "email"}); }
};

// The bounds of numbers: ge{1} is "at least 1", gt{0} "more than 0".
struct NumberBound {
  const char* type;     // of the issue, and its words: "greater_than_equal"
  const char* key;      // in the issue's ctx
  const char* keyword;  // in the document
  double limit;
  Verdict check(double value) const;
  Issue issue() const;
  void describe(json::Object& out, std::string_view) const;
};
struct ge : NumberBound {
  explicit constexpr ge(double least) : NumberBound{"greater_than_equal", "ge", "minimum", least} {}
};
struct le : NumberBound {
  explicit constexpr le(double most) : NumberBound{"less_than_equal", "le", "maximum", most} {}
};
struct gt : NumberBound {
  explicit constexpr gt(double below) : NumberBound{"greater_than", "gt", "exclusiveMinimum", below} {}
};
struct lt : NumberBound {
  explicit constexpr lt(double above) : NumberBound{"less_than", "lt", "exclusiveMaximum", above} {}
};

// Bounds a free JSON object: its text's bytes and its depth. `title` begins the sentence of the issue.
struct json_bounds {
  const char* title;
  std::size_t bytes_max;
  std::size_t depth_max;
  Verdict check(const json::Value& value) const;
};

struct doc {
  const char* text;
  void describe(json::Object& out, std::string_view) const { out.push_back({"description", text}); }
};

struct example {
  const char* json_text;
  void describe(json::Object& out, std::string_view) const;
};

// The value never appears in an issue, nor inside its parent's input.
struct secret {
  void describe(json::Object& out, std::string_view) const { out.push_back({"writeOnly", true}); }
};

// An address: masked like a secret when it may hold one, in "user:password@" or in its query.
struct secret_url {};

// The constraints of a list's items or of a map's values.
template <class... Rules>
struct each {
  std::tuple<Rules...> rules;
  explicit constexpr each(Rules... all) : rules{all...} {}
};

}  // namespace sentinel::schema
