// Constraints on a field. Each is its check, its entry in a 422 and its keyword in the OpenAPI document, side
// by side, so that the three cannot drift. doc, example and secret() constrain nothing and say more.
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
// As Pydantic's EmailStr: the reason why it is none, empty when it is one. See email.cpp.
std::optional<std::string> email_fault(std::string_view text);

using Verdict = std::optional<Issue>;

struct min_length {
  std::size_t limit;
  Verdict check(const std::string& text) const;
  void describe(json::Object& out, bool list) const {
    out.push_back({list ? "minItems" : "minLength", static_cast<std::int64_t>(limit)});
  }
};

struct max_length {
  std::size_t limit;
  Verdict check(const std::string& text) const;
  void describe(json::Object& out, bool list) const {
    out.push_back({list ? "maxItems" : "maxLength", static_cast<std::int64_t>(limit)});
  }
};

struct pattern {
  const char* expression;  // RE2
  Verdict check(const std::string& text) const;
  void describe(json::Object& out, bool) const { out.push_back({"pattern", expression}); }
};

struct email {
  Verdict check(const std::string& text) const;
  void describe(json::Object& out, bool) const { out.push_back({"format", "email"}); }
};

// The bounds of numbers: ge{1} is "at least 1", gt{0} "more than 0".
struct NumberBound {
  const char* type;     // of the issue, and its words: "greater_than_equal"
  const char* key;      // in the issue's ctx
  const char* keyword;  // in the document
  double limit;
  Verdict check(double value) const;
  void describe(json::Object& out, bool) const;
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
  void describe(json::Object&, bool) const {}
};

struct doc {
  const char* text;
  void describe(json::Object& out, bool) const { out.push_back({"description", text}); }
};

struct example {
  const char* json_text;
  void describe(json::Object& out, bool) const;
};

// The value never appears in an issue, nor inside its parent's input.
struct secret {
  void describe(json::Object& out, bool) const { out.push_back({"writeOnly", true}); }
};

// An address: masked like a secret when it holds credentials ("user:password@host").
struct secret_userinfo {
  void describe(json::Object&, bool) const {}
};

// The constraints of a list's items or of a map's values.
template <class... Rules>
struct each {
  std::tuple<Rules...> rules;
  explicit constexpr each(Rules... all) : rules{all...} {}
  void describe(json::Object&, bool) const {}  // described with the items
};

}  // namespace sentinel::schema
