#include "config/loader.hpp"

#include <algorithm>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/checks.hpp"
#include "config/dotenv.hpp"
#include "config/variables.hpp"

namespace sentinel::config {
namespace {

char changed_case(char c, char from, char to) {
  return c >= from && c <= to ? static_cast<char>(c ^ 0x20) : c;
}

std::string upper(std::string text) {
  for (char& c : text) c = changed_case(c, 'a', 'z');
  return text;
}

std::string lower(std::string text) {
  for (char& c : text) c = changed_case(c, 'A', 'Z');
  return text;
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

json::Value split(const std::string& text, char between) {
  json::Array out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(between, begin), text.size());
    std::string item = trimmed(text.substr(begin, end - begin));
    if (!item.empty()) out.emplace_back(std::move(item));
    begin = end + 1;
  }
  return out;
}

// The text as the variable's table wants it: a list taken apart, a choice in the spelling of its enum.
json::Value converted(const Variable& variable, const std::string& text) {
  if (variable.separator != '\0') return split(text, variable.separator);
  for (const std::string_view choice : variable.choices) {
    if (upper(text) == choice) return choice;
  }
  return text;
}

// One variable as one source states it.
struct Statement {
  const Variable* variable;
  json::Value value;
  Spot spot;
};
using Statements = std::vector<Statement>;

// An empty text states nothing, unless it is an empty list.
void state(Statements& out, const Variable& variable, const std::string& text, Spot spot) {
  if (text.empty() && variable.separator == '\0') return;
  out.push_back({&variable, converted(variable, text), std::move(spot)});
}

Statements of_map(const std::map<std::string, std::string>& values, const std::string& where) {
  Statements out;
  for (const Variable& variable : variables()) {
    const auto found = values.find(std::string{variable.name});
    if (found != values.end()) state(out, variable, found->second, {where, found->first});
  }
  return out;
}

std::vector<std::string_view> known_names() {
  std::vector<std::string_view> out;
  for (const Variable& variable : variables()) out.push_back(variable.name);
  return out;
}

// A name that nothing resembles is not answered with all forty.
std::string unknown_variable_text(const std::string& name, bool lower_case) {
  const std::string_view near = nearest_name(name, known_names());
  if (near.empty()) return "unknown; the known ones are listed in .env.example";
  const std::string shown = lower_case ? lower(std::string{near}) : std::string{near};
  return "unknown; did you mean " + shown + "?";
}

Statements of_dotenv(const SourceFile& file, std::vector<Problem>& problems) {
  Statements out;
  auto parsed = parse_dotenv(file);
  problems.insert(problems.end(), parsed.problems.begin(), parsed.problems.end());
  for (const DotenvLine& line : parsed.value) {
    const Spot spot{fmt::format("{}:{}", file.name, line.line), line.name};
    if (const Variable* variable = find_variable(line.name)) {
      state(out, *variable, line.value, spot);
    } else {
      problems.push_back({spot, unknown_variable_text(line.name, false)});
    }
  }
  return out;
}

Statements of_yaml(const SourceFile& file, std::vector<Problem>& problems) {
  auto parsed = parse_yaml(file.text);
  if (const auto* fault = std::get_if<YamlFault>(&parsed)) {
    problems.push_back({{fmt::format("{}:{}", file.name, fault->line), ""}, fault->message});
    return {};
  }
  const auto& document = std::get<YamlDocument>(parsed);
  const auto* members = document.value.as_object();
  if (members == nullptr) {
    problems.push_back({{file.name + ":1", ""}, "not a map; allowed: lines of `name: value`"});
    return {};
  }
  Statements out;
  for (const json::Member& member : *members) {
    const Spot spot{fmt::format("{}:{}", file.name, document.lines.at({member.key})), member.key};
    const std::string name = upper(member.key);
    const Variable* variable = lower(member.key) == member.key ? find_variable(name) : nullptr;
    if (variable == nullptr) {
      problems.push_back({spot, unknown_variable_text(member.key, true)});
    } else if (const auto* text = member.value.as_string()) {
      state(out, *variable, *text, spot);
    } else if (!member.value.is_null()) {
      out.push_back({variable, member.value, spot});
    }
  }
  return out;
}

// Reads what one source states over what the weaker ones did.
template <class Group>
void apply_to(Group& group, const Statements& statements, std::vector<Problem>& problems) {
  json::Object values;
  std::map<std::string, Spot> spots;
  const auto pick = [&](const auto& field) {
    for (const Statement& statement : statements) {
      if (statement.variable->name != field.name) continue;
      values.push_back({std::string{field.name}, statement.value});
      spots[std::string{field.name}] = statement.spot;
    }
  };
  std::apply([&](const auto&... field) { (pick(field), ...); }, Group::fields().fields);
  if (values.empty()) return;
  schema::Issues issues;
  schema::read_table(json::Value{std::move(values)}, group, issues);
  const Locate locate = [&](const schema::Loc& path) {
    return spots.at(std::get<std::string>(path.front()));
  };
  report(issues, describe<Group>(), locate, problems);
}

void apply(LoadedSettings& loaded, const Statements& statements, std::vector<Problem>& problems) {
  for_each_group(loaded.settings,
                 [&](std::string_view, auto& group) { apply_to(group, statements, problems); });
  for (const Statement& statement : statements) {
    loaded.origins.insert_or_assign(std::string{statement.variable->name}, statement.spot);
  }
}

}  // namespace

Checked<LoadedSettings> load_settings(const Sources& sources) {
  Checked<LoadedSettings> out;
  if (sources.yaml) apply(out.value, of_yaml(*sources.yaml, out.problems), out.problems);
  if (sources.dotenv) apply(out.value, of_dotenv(*sources.dotenv, out.problems), out.problems);
  apply(out.value, of_map(sources.environment, "environment"), out.problems);
  apply(out.value, of_map(sources.command_line, "command line"), out.problems);
  check_settings(out.value, out.problems);
  return out;
}

}  // namespace sentinel::config
