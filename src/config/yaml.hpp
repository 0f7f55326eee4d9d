// YAML text to values, with the line of each kept.
//
// What is read is plain YAML 1.2: maps, lists and scalars. Refused, since a configuration does without and
// each has been somebody's accident or attack: anchors, aliases (and with them alias bombs and merge keys),
// tags, doubled keys, a second document, control characters, over 1 MiB, deeper than 16.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "json/json.hpp"
#include "schema/issue.hpp"

namespace sentinel::config {

inline constexpr std::size_t kYamlBytesMax = 1U << 20U;
inline constexpr std::size_t kYamlDepthMax = 16;

// The lines, from 1, of the values of one document.
class YamlLines {
 public:
  void set(const schema::Loc& path, int line);
  // The line of that value, or of the nearest one around it that the document has.
  int at(const schema::Loc& path) const;

 private:
  std::map<schema::Loc, int> lines_;
};

struct YamlDocument {
  // A plain scalar stays the text it is, whether it looks like a number, a truth value or a date: the field
  // tables give it its type, so a password 0123 stays itself. Only an empty one, ~ and null are null. An
  // empty document is an empty object.
  json::Value value;
  YamlLines lines;
};

struct YamlFault {
  int line = 1;
  std::string message;  // repeats nothing of the text but keys
};

std::variant<YamlDocument, YamlFault> parse_yaml(std::string_view text);

}  // namespace sentinel::config
