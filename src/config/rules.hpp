// Constraints and marks of configuration fields, beside those of schema/constraints.hpp.
#pragma once

#include <cstddef>
#include <string>

#include "schema/constraints.hpp"

namespace sentinel::config {

// "https://ui.example", "http://localhost:5173", or "*", which a later check refuses by name.
bool is_origin(const std::string& text);

// What a field may hold, in words, where the schema's keywords would not tell a person.
struct allowed {
  const char* words;
  void describe(json::Object& out, std::string_view) const { out.push_back({"x-allowed", words}); }
};

// What parse_network() takes, as NetworkGuard does. No bit may be set beyond the prefix: whoever wrote
// 10.1.2.3/8 meant something else.
struct network {
  schema::Verdict check(const std::string& text) const;
  void describe(json::Object& out, std::string_view) const {
    out.push_back({"x-allowed", "a network such as 10.0.0.0/8 or fd00::/8, or one address"});
  }
};

struct origin {
  schema::Verdict check(const std::string& text) const;
  void describe(json::Object& out, std::string_view) const {
    out.push_back({"x-allowed", "an origin such as https://ui.example:8443, without a path"});
  }
};

// Bytes, unlike min_length, which counts characters.
struct min_bytes {
  std::size_t limit;
  schema::Verdict check(const std::string& text) const;
};

// The variable belongs to a feature that this version does not have: validated, and refused when set.
struct not_yet {};

// What parts the entries of a list that is written as one text; a comma without it.
struct separator {
  char between;
};

}  // namespace sentinel::config
