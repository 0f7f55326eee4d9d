#include "config/reading.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace sentinel::config {
namespace {

// Follows $ref and takes the "or null" off.
const json::Value& resolved(const json::Value& schema, const schema::Components& components) {
  if (const auto* any = schema.find("anyOf")) return resolved(any->as_array()->front(), components);
  const auto* ref = schema.find("$ref");
  if (ref == nullptr) return schema;
  const std::string& path = *ref->as_string();
  return components.at(path.substr(path.rfind('/') + 1));
}

// The schema of the member or item that one step leads to; null where the schema knows none.
const json::Value* step_into(const json::Value& schema, const schema::Loc::value_type& step) {
  if (std::holds_alternative<std::int64_t>(step)) return schema.find("items");
  if (const auto* properties = schema.find("properties"))
    return properties->find(std::get<std::string>(step));
  return schema.find("additionalProperties");
}

const json::Value* schema_at(const Described& described, const schema::Loc& path) {
  const json::Value* at = &resolved(described.root, described.components);
  for (const auto& step : path) {
    at = step_into(*at, step);
    if (at == nullptr) return nullptr;
    at = &resolved(*at, described.components);
  }
  return at;
}

std::string number_text(const json::Value& value) {
  return json::to_text(value);
}

std::string range_text(const json::Value& schema, const char* low, const char* above, const char* high,
                       const char* below) {
  std::string out;
  if (const auto* least = schema.find(low)) out += " from " + number_text(*least);
  if (const auto* over = schema.find(above)) out += " above " + number_text(*over);
  if (const auto* most = schema.find(high)) {
    out += schema.find(low) != nullptr ? " to " : ", at most ";
    out += number_text(*most);
  }
  if (const auto* under = schema.find(below)) out += " below " + number_text(*under);
  return out;
}

std::string text_allowed(const json::Value& schema) {
  std::string out = "text";
  const auto* least = schema.find("minLength");
  const auto* most = schema.find("maxLength");
  if (least != nullptr && most != nullptr) {
    out += " of " + number_text(*least) + " to " + number_text(*most) + " characters";
  } else if (least != nullptr && number_text(*least) == "1") {
    out += " that is not empty";
  } else if (least != nullptr) {
    out += " of at least " + number_text(*least) + " characters";
  } else if (most != nullptr) {
    out += " of at most " + number_text(*most) + " characters";
  }
  if (const auto* pattern = schema.find("pattern")) out += " that matches " + *pattern->as_string();
  return out;
}

std::string choices_text(const json::Array& choices) {
  std::string out;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) out += i + 1 == choices.size() ? " or " : ", ";
    out += *choices[i].as_string();
  }
  return out;
}

std::string list_allowed(const json::Value& schema, const schema::Components& components) {
  std::string out = "a list";
  const auto* least = schema.find("minItems");
  const auto* most = schema.find("maxItems");
  if (least != nullptr) out += " of at least " + number_text(*least) + (most != nullptr ? " and" : "");
  if (most != nullptr) out += (least == nullptr ? " of at most " : " at most ") + number_text(*most);
  if (const auto* items = schema.find("items")) {
    out += ", each " + allowed_text(*items, components);
  }
  return out;
}

std::string got_text(const json::Value& input) {
  constexpr std::size_t kShown = 60;
  if (input.is_null()) return "no value";
  if (input.as_array() != nullptr) return "got a list";
  if (input.as_object() != nullptr) return "got a map";
  std::string text = input.as_string() != nullptr ? *input.as_string() : json::to_text(input);
  if (text == schema::kMasked) return "unfit";
  if (const auto at = text.rfind('@'); at != std::string::npos) {
    // A user and a password, most likely: whoever wrote it knows what stood there.
    const auto scheme = text.find("://");
    const auto from = scheme < at ? scheme + 3 : 0;
    text.replace(from, at - from, "***");
  }
  // What is cut may leave half a character; the terminal shows it as such.
  if (text.size() > kShown) text = text.substr(0, kShown) + "…";
  return "got '" + text + "'";
}

void report_unknown_at(const json::Value& value, const json::Value& schema, schema::Loc& path,
                       const Described& described, const Locate& locate, std::vector<Problem>& problems) {
  const auto down = [&](const json::Value& child, schema::Loc::value_type step) {
    const json::Value* next = step_into(schema, step);
    path.push_back(std::move(step));
    if (next != nullptr) {
      report_unknown_at(child, resolved(*next, described.components), path, described, locate, problems);
    } else if (const auto* properties = schema.find("properties")) {
      std::vector<std::string_view> known;
      for (const json::Member& member : *properties->as_object()) known.emplace_back(member.key);
      problems.push_back({locate(path), unknown_text(std::get<std::string>(path.back()), known)});
    }
    path.pop_back();
  };
  if (const auto* object = value.as_object(); object != nullptr && schema.find("items") == nullptr) {
    for (const json::Member& member : *object) down(member.value, member.key);
  } else if (const auto* array = value.as_array(); array != nullptr && schema.find("items") != nullptr) {
    for (std::size_t i = 0; i < array->size(); ++i) down((*array)[i], static_cast<std::int64_t>(i));
  }
}

}  // namespace

std::string dotted(const schema::Loc& path) {
  std::string out;
  for (const auto& step : path) {
    if (!out.empty()) out.push_back('.');
    const auto* name = std::get_if<std::string>(&step);
    out += name != nullptr ? *name : std::to_string(std::get<std::int64_t>(step));
  }
  return out;
}

std::string allowed_text(const json::Value& schema, const schema::Components& components) {
  const json::Value& plain = resolved(schema, components);
  if (const auto* words = plain.find("x-allowed")) return *words->as_string();
  if (const auto* choices = plain.find("enum")) return choices_text(*choices->as_array());
  const auto* type = plain.find("type");
  const std::string name = type != nullptr ? *type->as_string() : "object";
  if (name == "boolean") return "true or false";
  if (name == "integer" || name == "number") {
    return (name == "integer" ? "a whole number" : "a number") +
           range_text(plain, "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum");
  }
  if (name == "string") return text_allowed(plain);
  if (name == "array") return list_allowed(plain, components);
  return "a map";
}

std::string issue_text(const schema::Issue& issue, const Described& described) {
  const json::Value* schema = schema_at(described, issue.loc);
  const std::string allowed =
      schema == nullptr ? std::string{} : "; allowed: " + allowed_text(*schema, described.components);
  if (issue.type == "missing") return "is missing" + allowed;
  if (issue.type == "too_long" || issue.type == "too_short") {
    const auto actual = std::find_if(issue.ctx.begin(), issue.ctx.end(), [](const json::Member& member) {
      return member.key == "actual_length";
    });
    return "holds " + (actual != issue.ctx.end() ? json::to_text(actual->value) : "a wrong number of") +
           " entries" + allowed;
  }
  // Text in the place of a list or a map may be anything, a secret too.
  const bool wants_many =
      issue.type == "list_type" || issue.type == "dict_type" || issue.type == "model_attributes_type";
  if (wants_many && issue.input.as_string() != nullptr) return "got text" + allowed;
  return got_text(issue.input) + allowed;
}

void report(const schema::Issues& issues, const Described& described, const Locate& locate,
            std::vector<Problem>& problems) {
  for (const schema::Issue& issue : issues.list()) {
    problems.push_back({locate(issue.loc), issue_text(issue, described)});
  }
}

void report_unknown(const json::Value& value, const Described& described, const Locate& locate,
                    std::vector<Problem>& problems) {
  schema::Loc path;
  const json::Value& root = resolved(described.root, described.components);
  report_unknown_at(value, root, path, described, locate, problems);
}

Locate locate_in(const std::string& file, const YamlLines& lines) {
  return [file, &lines](const schema::Loc& path) {
    return Spot{fmt::format("{}:{}", file, lines.at(path)), dotted(path)};
  };
}

}  // namespace sentinel::config
