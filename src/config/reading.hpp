// Reads a value that has a field table, and says what is wrong with it in the words of the configuration.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "config/problem.hpp"
#include "config/yaml.hpp"
#include "schema/codec.hpp"

namespace sentinel::config {

// A file as it was read: the name is what messages call it.
struct SourceFile {
  std::string name;
  std::string text;
};

// The JSON Schema of a table and of what it refers to.
struct Described {
  schema::Components components;
  json::Value root;
};

template <schema::Tabled T>
Described describe() {
  Described out;
  out.root = schema::describe_table<T>(out.components);
  return out;
}

using Locate = std::function<Spot(const schema::Loc&)>;

// "cameras.0.url"
std::string dotted(const schema::Loc& path);
// What a value of that schema may be, as half a sentence: "a whole number from 1 to 65535".
std::string allowed_text(const json::Value& schema, const schema::Components& components);
// "got '70000'; allowed: a whole number from 0 to 65535". A masked input is left out.
std::string issue_text(const schema::Issue& issue, const Described& described);
// Adds a problem for every issue, and for every member of `value` that the schema does not know.
void report(const schema::Issues& issues, const Described& described, const Locate& locate,
            std::vector<Problem>& problems);
void report_unknown(const json::Value& value, const Described& described, const Locate& locate,
                    std::vector<Problem>& problems);

// Where the values of a YAML file stand. `lines` must outlive it.
Locate locate_in(const std::string& file, const YamlLines& lines);

// Reads YAML into a struct with a field table: what the file does not state keeps the struct's default, what
// the table does not know is a problem. `lines` is for the caller's own rules on the value.
template <schema::Tabled T>
Checked<T> read_yaml(const SourceFile& file, YamlLines* lines = nullptr) {
  Checked<T> out;
  auto parsed = parse_yaml(file.text);
  if (const auto* fault = std::get_if<YamlFault>(&parsed)) {
    out.problems.push_back({{fmt::format("{}:{}", file.name, fault->line), ""}, fault->message});
    return out;
  }
  const auto& document = std::get<YamlDocument>(parsed);
  const Described described = describe<T>();
  const Locate locate = locate_in(file.name, document.lines);
  schema::Issues issues;
  schema::read_table(document.value, out.value, issues);
  report(issues, described, locate, out.problems);
  report_unknown(document.value, described, locate, out.problems);
  if (lines != nullptr) *lines = document.lines;
  return out;
}

}  // namespace sentinel::config
