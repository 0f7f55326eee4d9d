#include "config/variables.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include "config/reading.hpp"
#include "config/settings.hpp"
#include "schema/codec.hpp"

namespace sentinel::config {
namespace {

template <class Field>
using RulesOf = std::decay_t<decltype(std::declval<Field>().rules)>;

// The value as it is written in .env: a list's entries parted by the separator.
std::string plain_text(const json::Value& value, char between) {
  if (const auto* text = value.as_string()) return *text;
  const auto* items = value.as_array();
  if (items == nullptr) return json::to_text(value);
  std::string out;
  for (const json::Value& item : *items) {
    if (!out.empty()) out.push_back(between);
    out += plain_text(item, between);
  }
  return out;
}

std::string plain_text_of_json(const std::string& json_text, char between) {
  auto parsed = json::parse(json_text);
  return plain_text(std::get<json::Value>(parsed), between);
}

template <class T>
std::vector<std::string_view> choices_of() {
  if constexpr (schema::IsOptional<T>::value) {
    return choices_of<typename T::value_type>();
  } else if constexpr (std::is_enum_v<T>) {
    return {schema::EnumText<T>::texts.begin(), schema::EnumText<T>::texts.end()};
  } else {
    return {};
  }
}

template <class Member, class Rules>
Variable variable_of(std::string_view name, const Member& standard, const Rules& rules) {
  Variable out;
  out.name = name;
  out.doc = std::get<doc>(rules).text;
  out.secret = schema::HasRule<secret, Rules>::value;
  out.not_yet = schema::HasRule<not_yet, Rules>::value;
  out.choices = choices_of<Member>();
  if constexpr (schema::IsVector<Member>::value) out.separator = ',';
  if constexpr (schema::HasRule<separator, Rules>::value) out.separator = std::get<separator>(rules).between;
  if constexpr (!schema::IsOptional<Member>::value) {
    out.default_text = plain_text_of_json(schema::to_json(standard), out.separator);
  }
  if constexpr (schema::HasRule<example, Rules>::value) {
    out.example_text = plain_text_of_json(std::get<example>(rules).json_text, out.separator);
  }
  schema::Components components;
  const json::Value described = schema::describe<Member>(rules, components);
  out.allowed = allowed_text(described, components);
  return out;
}

std::vector<Variable> read_tables() {
  std::vector<Variable> out;
  const Settings standard;
  for_each_group(standard, [&](std::string_view title, const auto& group) {
    const auto add = [&](const auto& field) {
      out.push_back(variable_of(field.name, group.*(field.member), field.rules));
      out.back().group = title;
    };
    using Group = std::decay_t<decltype(group)>;
    std::apply([&](const auto&... field) { (add(field), ...); }, Group::fields().fields);
  });
  return out;
}

void append_comment(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    out.append("# ").append(text.substr(0, end)).append("\n");
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
}

void append_variable(std::string& out, const Variable& variable) {
  append_comment(out, variable.doc);
  append_comment(out, "Allowed: " + variable.allowed + ".");
  if (variable.not_yet) append_comment(out, "Not supported by this version: leave it unset.");
  // A known SECRET_KEY would let everybody on the machine make tokens: a copy gets one of its own.
  const bool stated = variable.name == "ADMIN_PASSWORD" ||
                      (variable.default_text && !variable.default_text->empty() && !variable.not_yet);
  if (!stated) out += "# ";
  const bool has_default = variable.default_text && !variable.default_text->empty();
  out.append(variable.name).append("=");
  out += has_default ? *variable.default_text : variable.example_text.value_or("");
  out += "\n\n";
}

}  // namespace

const std::vector<Variable>& variables() {
  static const std::vector<Variable> all = read_tables();
  return all;
}

const Variable* find_variable(std::string_view name) {
  const auto& all = variables();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Variable& v) { return v.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string env_example() {
  std::string out =
      "# Sentinel's settings. Copy this file to .env beside it and change what you need: Sentinel reads .env "
      "in\n"
      "# its working directory. Precedence: command line, environment, .env, config/sentinel.yaml (the same\n"
      "# names in lower case), defaults. A line that is commented out is unset and shows an example.\n"
      "# NAME=value; 'literal' or \"with \\n escapes\" in quotes; a # after a space begins a comment. An "
      "empty\n"
      "# value is as good as none, except for a list, which is then empty.\n"
      "# This file is generated of the field tables in src/config/settings.hpp.\n\n";
  std::string_view group;
  for (const Variable& variable : variables()) {
    if (variable.group != group) {
      group = variable.group;
      out.append("# ---- ").append(group).append(" ----\n\n");
    }
    append_variable(out, variable);
  }
  out.pop_back();
  return out;
}

}  // namespace sentinel::config
