// Reads, writes and describes what a field table declares.
#pragma once

#include <concepts>
#include <limits>
#include <map>
#include <type_traits>

#include "base/error.hpp"
#include "schema/coerce.hpp"
#include "schema/table.hpp"

namespace sentinel::schema {

// The schemas that the document names: a table's or an enum's is described once and referred to.
using Components = std::map<std::string, json::Value>;

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class T>
struct IsMap<std::map<std::string, T>> : std::true_type {};
template <class Rule>
struct IsEach : std::false_type {};
template <class... Rules>
struct IsEach<each<Rules...>> : std::true_type {};

// ---- what rules say ----

template <class Rule, class Rules>
struct HasRule;
template <class Rule, class... Rules>
struct HasRule<Rule, std::tuple<Rules...>> : std::disjunction<std::is_same<Rule, Rules>...> {};

// Adds the issue of the first rule that `value` breaks.
template <class T, class Rules>
void check_rules(const T& value, const Rules& rules, const json::Value& in, Issues& issues) {
  bool fine = true;
  const auto check_one = [&](const auto& rule) {
    if constexpr (requires { rule.check(value); }) {
      if (!fine) return;
      Verdict issue;
      if constexpr (std::is_integral_v<T>) {
        issue = rule.check(static_cast<double>(value));
      } else {
        issue = rule.check(value);
      }
      if (issue) issues.add(std::move(*issue), in);
      fine = !issue;
    }
  };
  std::apply([&](const auto&... all) { (check_one(all), ...); }, rules);
}

// The limit of a length rule, or `absent`.
template <class Rule, class Rules>
constexpr std::size_t limit_of(const Rules& rules, std::size_t absent) {
  if constexpr (HasRule<Rule, Rules>::value) {
    return std::get<Rule>(rules).limit;
  } else {
    return absent;
  }
}

template <class Rules>
auto item_rules(const Rules& rules) {
  return std::apply(
      [](const auto&... all) {
        const auto pick = [](const auto& rule) {
          if constexpr (IsEach<std::decay_t<decltype(rule)>>::value) {
            return rule.rules;
          } else {
            return std::tuple<>{};
          }
        };
        return std::tuple_cat(pick(all)...);
      },
      rules);
}

// ---- reading ----

template <class T, class Rules>
void read_value(const json::Value& in, T& out, const Rules& rules, Issues& issues);

enum class Secrecy { kNone, kWhole, kUserinfo };
struct SecretField {
  std::string_view name;
  Secrecy secrecy;
};
// The value as an issue may show it, and an object with its secret members masked.
bool must_mask(const json::Value& in, Secrecy secrecy);
json::Value masked(const json::Value& in, const std::vector<SecretField>& secrets);

template <class Rules>
constexpr Secrecy secrecy_of() {
  if (HasRule<secret, Rules>::value) return Secrecy::kWhole;
  return HasRule<secret_userinfo, Rules>::value ? Secrecy::kUserinfo : Secrecy::kNone;
}

template <class T>
std::vector<SecretField> secrets_of() {
  std::vector<SecretField> names;
  const auto note = [&](const auto& field) {
    constexpr Secrecy secrecy = secrecy_of<std::decay_t<decltype(field.rules)>>();
    if (secrecy != Secrecy::kNone) names.push_back({field.name, secrecy});
  };
  std::apply([&](const auto&... field) { (note(field), ...); }, T::fields().fields);
  return names;
}

template <Tabled T>
void read_table(const json::Value& in, T& out, Issues& issues) {
  if (in.as_object() == nullptr) {
    // A text or a list in place of the object may hold the secret itself.
    issues.add(object_issue(), secrets_of<T>().empty() ? in : json::Value{kMasked});
    return;
  }
  const auto read_field = [&](const auto& field) {
    const Issues::Step step{issues, std::string{field.name}};
    const json::Value* value = in.find(field.name);
    if (value == nullptr) {
      if (field.presence == Presence::kRequired) issues.add(missing_issue(), masked(in, secrets_of<T>()));
      return;
    }
    const std::size_t before = issues.count();
    read_value(*value, out.*(field.member), field.rules, issues);
    constexpr Secrecy secrecy = secrecy_of<std::decay_t<decltype(field.rules)>>();
    if (issues.count() > before && must_mask(*value, secrecy)) issues.mask_from(before);
  };
  std::apply([&](const auto&... field) { (read_field(field), ...); }, T::fields().fields);
}

template <class T, class Rules>
void read_list(const json::Value& in, std::vector<T>& out, const Rules& rules, Issues& issues) {
  const auto* array = in.as_array();
  if (array == nullptr) return issues.add(list_issue(), in);
  const std::size_t most = limit_of<max_length>(rules, std::numeric_limits<std::size_t>::max());
  if (array->size() > most) return issues.add(length_issue(true, "List", most, array->size()), in);
  const std::size_t before = issues.count();
  out.clear();
  for (std::size_t i = 0; i < array->size(); ++i) {
    const Issues::Step step{issues, static_cast<std::int64_t>(i)};
    read_value((*array)[i], out.emplace_back(), item_rules(rules), issues);
  }
  const std::size_t least = limit_of<min_length>(rules, 0);
  if (issues.count() == before && array->size() < least) {
    issues.add(length_issue(false, "List", least, array->size()), in);
  }
}

template <class T, class Rules>
void read_map(const json::Value& in, std::map<std::string, T>& out, const Rules& rules, Issues& issues) {
  const auto* object = in.as_object();
  if (object == nullptr) return issues.add(dict_issue(), in);
  const std::size_t before = issues.count();
  for (const json::Member& member : *object) {
    const Issues::Step step{issues, member.key};
    read_value(member.value, out[member.key], item_rules(rules), issues);
  }
  const std::size_t most = limit_of<max_length>(rules, std::numeric_limits<std::size_t>::max());
  if (issues.count() == before && object->size() > most) {
    issues.add(length_issue(true, "Dictionary", most, object->size()), in);
  }
}

template <class E>
bool read_enum(const json::Value& in, E& out, Issues& issues) {
  std::size_t index = 0;
  constexpr bool literal = requires { EnumText<E>::literal; };
  if (!coerce_choice(in, EnumText<E>::texts, literal, index, issues)) return false;
  out = static_cast<E>(index);
  return true;
}

template <class T>
bool read_scalar(const json::Value& in, T& out, Issues& issues) {
  if constexpr (std::is_enum_v<T>) {
    return read_enum(in, out, issues);
  } else if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string> ||
                       std::is_same_v<T, double> || std::is_same_v<T, std::int64_t> ||
                       std::is_same_v<T, UtcTime>) {
    return coerce(in, out, issues);
  } else if constexpr (std::is_integral_v<T>) {
    std::int64_t wide = 0;
    if (!coerce(in, wide, issues)) return false;
    // A bound of the table refuses what does not fit, so clamping loses nothing.
    out = static_cast<T>(
        std::clamp<std::int64_t>(wide, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
    return true;
  } else {
    double wide = 0;
    if (!coerce(in, wide, issues)) return false;
    out = static_cast<T>(wide);
    return true;
  }
}

template <class T, class Rules>
void read_value(const json::Value& in, T& out, const Rules& rules, Issues& issues) {
  if constexpr (IsOptional<T>::value) {
    if (in.is_null() && !IsOptional<typename T::value_type>::value) {
      out = std::nullopt;
      return;
    }
    read_value(in, out.emplace(), rules, issues);
  } else if constexpr (Tabled<T>) {
    read_table(in, out, issues);
  } else if constexpr (IsVector<T>::value) {
    read_list(in, out, rules, issues);
  } else if constexpr (IsMap<T>::value) {
    read_map(in, out, rules, issues);
  } else if constexpr (std::is_same_v<T, json::Value>) {
    if (in.as_object() == nullptr) return issues.add(dict_issue(), in);
    out = in;
    check_rules(out, rules, in, issues);
  } else {
    if (read_scalar(in, out, issues)) check_rules(out, rules, in, issues);
  }
}

// ---- writing ----

template <class T>
void write(std::string& out, const T& value) {
  if constexpr (IsOptional<T>::value) {
    if (value) {
      write(out, *value);
    } else {
      out.append("null");
    }
  } else if constexpr (Tabled<T>) {
    char before = '{';
    const auto write_field = [&](const auto& field) {
      out.push_back(before);
      out.push_back('"');
      out.append(field.name).append("\":");
      write(out, value.*(field.member));
      before = ',';
    };
    std::apply([&](const auto&... field) { (write_field(field), ...); }, T::fields().fields);
    out.push_back('}');
  } else if constexpr (IsVector<T>::value) {
    out.push_back('[');
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i > 0) out.push_back(',');
      write(out, value[i]);
    }
    out.push_back(']');
  } else if constexpr (IsMap<T>::value) {
    char before = '{';
    if (value.empty()) out.push_back('{');
    for (const auto& [key, item] : value) {
      out.push_back(before);
      json::append_string(out, key);
      out.push_back(':');
      write(out, item);
      before = ',';
    }
    out.push_back('}');
  } else if constexpr (std::is_enum_v<T>) {
    json::append_string(out, EnumText<T>::texts[static_cast<std::size_t>(value)]);
  } else if constexpr (std::is_same_v<T, UtcTime>) {
    out.append("\"").append(format_rfc3339(value)).append("\"");
  } else if constexpr (std::is_same_v<T, RawJson>) {
    out.append(value.text);
  } else if constexpr (std::is_same_v<T, bool>) {
    out.append(value ? "true" : "false");
  } else if constexpr (std::is_integral_v<T>) {
    json::append_int(out, static_cast<std::int64_t>(value));
  } else if constexpr (std::is_same_v<T, float>) {
    json::append_float(out, value);
  } else if constexpr (std::is_same_v<T, double>) {
    json::append_double(out, value);
  } else if constexpr (std::is_same_v<T, json::Value>) {
    json::append(out, value);
  } else {
    json::append_string(out, value);
  }
}

template <class T>
std::string to_json(const T& value) {
  std::string out;
  out.reserve(512);
  write(out, value);
  return out;
}

// ---- describing ----

json::Value reference_to(std::string_view component);
json::Value nullable(json::Value schema);  // anyOf with null
json::Value enum_schema(std::span<const std::string_view> texts);

template <class T, class Rules>
json::Value describe(const Rules& rules, Components& components);

template <Tabled T>
json::Value describe_table(Components& components) {
  static constexpr auto table = T::fields();
  const std::string name{table.name};
  if (components.contains(name)) return reference_to(name);
  components[name] = json::Object{};  // stops a recursion; filled below
  json::Object properties;
  json::Array needed;
  const T defaults{};
  const auto describe_field = [&](const auto& field) {
    using Member = std::decay_t<decltype(defaults.*(field.member))>;
    json::Value schema = describe<Member>(field.rules, components);
    if (field.presence == Presence::kRequired) needed.emplace_back(field.name);
    if (field.presence == Presence::kDefaulted && schema.find("$ref") == nullptr) {
      auto parsed = json::parse(to_json(defaults.*(field.member)));
      schema["default"] = std::get<json::Value>(std::move(parsed));
    }
    properties.push_back({std::string{field.name}, std::move(schema)});
  };
  std::apply([&](const auto&... field) { (describe_field(field), ...); }, table.fields);
  json::Object out{{"type", "object"}, {"title", name}, {"properties", std::move(properties)}};
  if (!needed.empty()) out.push_back({"required", std::move(needed)});
  components[name] = std::move(out);
  return reference_to(name);
}

// The keywords of a type alone; empty for any JSON.
template <class T>
json::Object describe_scalar() {
  if constexpr (std::is_same_v<T, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::is_same_v<T, std::string>) {
    return {{"type", "string"}};
  } else if constexpr (std::is_same_v<T, UtcTime>) {
    return {{"type", "string"}, {"format", "date-time"}};
  } else if constexpr (std::is_integral_v<T>) {
    return {{"type", "integer"}};
  } else if constexpr (std::is_floating_point_v<T>) {
    return {{"type", "number"}};
  } else {
    return {{"type", "object"}, {"additionalProperties", true}};
  }
}

template <class T, class Rules>
json::Value describe(const Rules& rules, Components& components) {
  if constexpr (IsOptional<T>::value) {
    if constexpr (IsOptional<typename T::value_type>::value) {
      return describe<typename T::value_type>(rules, components);
    } else {
      return nullable(describe<typename T::value_type>(rules, components));
    }
  } else if constexpr (Tabled<T>) {
    return describe_table<T>(components);
  } else if constexpr (std::is_enum_v<T>) {
    const std::string name{EnumText<T>::name};
    if (!components.contains(name)) components[name] = enum_schema(EnumText<T>::texts);
    return reference_to(name);
  } else {
    json::Object out;
    if constexpr (IsVector<T>::value) {
      out = {{"type", "array"}, {"items", describe<typename T::value_type>(item_rules(rules), components)}};
    } else if constexpr (IsMap<T>::value) {
      out = {{"type", "object"},
             {"additionalProperties", describe<typename T::mapped_type>(item_rules(rules), components)}};
    } else {
      out = describe_scalar<T>();
    }
    std::apply([&](const auto&... rule) { (rule.describe(out, IsVector<T>::value), ...); }, rules);
    return out;
  }
}

}  // namespace sentinel::schema
