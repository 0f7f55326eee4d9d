// Reads, writes and describes what a field table declares.
#pragma once

#include <limits>
#include <map>
#include <type_traits>

#include "base/error.hpp"
#include "schema/coerce.hpp"
#include "schema/table.hpp"

namespace sentinel::schema {

// The schemas that the document names: a table's or an enum's is described once and referred to.
using Components = std::map<std::string, json::Value>;

// ---- what rules say ----

template <class Rule, class Rules>
inline constexpr bool has_rule = false;
template <class Rule, class... Rules>
inline constexpr bool has_rule<Rule, std::tuple<Rules...>> = (std::is_same_v<Rule, Rules> || ...);

// Adds the issue of the first rule that `value` breaks. A rule may respell the value (e-mail).
template <class T, class... Rules>
void check_rules(T& value, const std::tuple<Rules...>& rules, const json::Value& in, Issues& issues) {
  const auto passes = [&](const auto& rule) {
    if constexpr (requires { rule.check(value); }) {
      if (auto issue = rule.check(value)) {
        issues.add(std::move(*issue), in);
        return false;
      }
    }
    return true;
  };
  std::apply([&](const auto&... rule) { (void)(passes(rule) && ...); }, rules);
}

// The rules of a list's items: those within each{}.
template <class... Rules>
auto item_rules(const std::tuple<Rules...>& rules) {
  const auto pick = [](const auto& rule) {
    if constexpr (is_a<std::decay_t<decltype(rule)>, each>) {
      return rule.rules;
    } else {
      return std::tuple<>{};
    }
  };
  return std::apply([&](const auto&... rule) { return std::tuple_cat(pick(rule)...); }, rules);
}

// ---- masking ----

struct SecretField {
  std::string_view name;
  bool only_in_url;
};
bool must_mask(const json::Value& in, bool only_in_url);
// The value as an issue may show it: the secrets' members are masked at any depth, and, where a table has
// secrets, whatever is called like one (a "token" sent for a "refresh_token").
json::Value shown(const json::Value& in, const std::vector<SecretField>& secrets);
// A value of another shape than the table's may hold a secret anywhere.
json::Value misshapen(const json::Value& in, const std::vector<SecretField>& secrets, bool is_list_or_map);

// What T is made of: the table or scalar inside optionals, lists and maps.
template <class T>
struct CoreOf : std::type_identity<T> {};
template <class T>
struct CoreOf<std::optional<T>> : CoreOf<T> {};
template <class T>
struct CoreOf<std::vector<T>> : CoreOf<T> {};
template <class T>
struct CoreOf<std::map<std::string, T>> : CoreOf<T> {};

// Of a table and of those inside it. Tables do not contain themselves.
template <class T>
std::vector<SecretField> secrets_of() {
  std::vector<SecretField> out;
  if constexpr (Tabled<typename CoreOf<T>::type>) {
    for_each_field<typename CoreOf<T>::type>(
        [&]<class Owner, class M, class... R>(const Field<Owner, M, R...>& field) {
          constexpr bool whole = has_rule<secret, std::tuple<R...>>;
          if (whole || has_rule<secret_url, std::tuple<R...>>) out.push_back({field.name, !whole});
          const auto inner = secrets_of<M>();
          out.insert(out.end(), inner.begin(), inner.end());
        });
  }
  return out;
}

// ---- reading ----

// Checks how many items there are; `kind` is "List" or "Dictionary".
template <class Rule, class Rules>
void check_count(const Rules& rules, std::string_view kind, std::size_t count, const json::Value& in,
                 const std::vector<SecretField>& secrets, Issues& issues) {
  if constexpr (has_rule<Rule, Rules>) {
    if (auto issue = std::get<Rule>(rules).check_count(kind, count)) {
      issues.add(std::move(*issue), shown(in, secrets));
    }
  }
}

template <class T, class Rules>
void read_value(const json::Value& in, T& out, const Rules& rules, Issues& issues);

template <Tabled T>
void read_table(const json::Value& in, T& out, Issues& issues) {
  if (in.as_object() == nullptr) return issues.add(kNoObject, misshapen(in, secrets_of<T>(), false));
  for_each_field<T>([&](const auto& field) {
    using Rules = std::decay_t<decltype(field.rules)>;
    const Issues::Step step{issues, std::string{field.name}};
    const json::Value* value = in.find(field.name);
    if (value == nullptr) {
      if (field.presence == Presence::kRequired) issues.add(kMissing, shown(in, secrets_of<T>()));
      return;
    }
    const std::size_t before = issues.count();
    read_value(*value, out.*(field.member), field.rules, issues);
    constexpr bool whole = has_rule<secret, Rules>;
    if constexpr (whole || has_rule<secret_url, Rules>) {
      if (must_mask(*value, !whole)) issues.mask_from(before);
    }
  });
}

template <class T, class Rules>
void read_list(const json::Value& in, std::vector<T>& out, const Rules& rules, Issues& issues) {
  const auto* array = in.as_array();
  if (array == nullptr) return issues.add(kNoList, misshapen(in, secrets_of<T>(), true));
  const std::size_t before = issues.count();
  check_count<max_length>(rules, "List", array->size(), in, secrets_of<T>(), issues);
  if (issues.count() > before) return;
  out.clear();
  for (std::size_t i = 0; i < array->size(); ++i) {
    const Issues::Step step{issues, static_cast<std::int64_t>(i)};
    read_value((*array)[i], out.emplace_back(), item_rules(rules), issues);
  }
  if (issues.count() > before) return;
  check_count<min_length>(rules, "List", array->size(), in, secrets_of<T>(), issues);
}

template <class T, class Rules>
void read_map(const json::Value& in, std::map<std::string, T>& out, const Rules& rules, Issues& issues) {
  const auto* object = in.as_object();
  if (object == nullptr) return issues.add(kNoDict, misshapen(in, secrets_of<T>(), true));
  const std::size_t before = issues.count();
  for (const json::Member& member : *object) {
    const Issues::Step step{issues, member.key};
    read_value(member.value, out[member.key], item_rules(rules), issues);
  }
  if (issues.count() > before) return;
  check_count<min_length>(rules, "Dictionary", object->size(), in, secrets_of<T>(), issues);
  check_count<max_length>(rules, "Dictionary", object->size(), in, secrets_of<T>(), issues);
}

// A number is checked before it is narrowed to T, whose own limits hold where the table has none.
template <class T, class Rules>
void read_number(const json::Value& in, T& out, const Rules& rules, Issues& issues) {
  using Wide = std::conditional_t<std::is_integral_v<T>, WideInt, double>;
  Wide wide = 0;
  const std::size_t before = issues.count();
  if (!coerce(in, wide, issues)) return;
  auto checked = static_cast<double>(wide);
  check_rules(checked, rules, in, issues);
  if (issues.count() > before) return;
  constexpr Wide kLeast = std::numeric_limits<T>::lowest();
  constexpr Wide kMost = std::numeric_limits<T>::max();
  if (wide < kLeast || wide > kMost) {
    const NumberBound bound =
        wide < 0 ? NumberBound{ge{static_cast<double>(kLeast)}} : NumberBound{le{static_cast<double>(kMost)}};
    return issues.add(bound.issue(), in);
  }
  out = static_cast<T>(wide);
}

template <class T, class Rules>
void read_value(const json::Value& in, T& out, const Rules& rules, Issues& issues) {
  if constexpr (is_a<T, std::optional>) {
    if (in.is_null() && !is_patch<T>) {
      out = std::nullopt;
    } else {
      read_value(in, out.emplace(), rules, issues);
    }
  } else if constexpr (Tabled<T>) {
    read_table(in, out, issues);
  } else if constexpr (is_a<T, std::vector>) {
    read_list(in, out, rules, issues);
  } else if constexpr (is_a<T, std::map>) {
    read_map(in, out, rules, issues);
  } else if constexpr (std::is_same_v<T, json::Value>) {
    if (in.as_object() == nullptr) return issues.add(kNoDict, in);
    out = in;
    check_rules(out, rules, in, issues);
  } else if constexpr (std::is_enum_v<T>) {
    constexpr bool literal = requires { EnumText<T>::literal; };
    std::size_t index = 0;
    if (coerce_choice(in, EnumText<T>::texts, literal, index, issues)) out = static_cast<T>(index);
  } else if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
    read_number(in, out, rules, issues);
  } else {
    if (coerce(in, out, issues)) check_rules(out, rules, in, issues);
  }
}

// ---- writing ----

// In place of the comma after the last item.
inline void close(std::string& out, char bracket) {
  if (out.back() == ',') out.pop_back();
  out.push_back(bracket);
}

template <class T>
void write(std::string& out, const T& value) {
  if constexpr (is_a<T, std::optional>) {
    if (value) {
      write(out, *value);
    } else {
      out.append("null");
    }
  } else if constexpr (Tabled<T>) {
    out.push_back('{');
    for_each_field<T>([&](const auto& field) {
      out.append("\"").append(field.name).append("\":");
      write(out, value.*(field.member));
      out.push_back(',');
    });
    close(out, '}');
  } else if constexpr (is_a<T, std::vector>) {
    out.push_back('[');
    for (const auto& item : value) {
      write(out, item);
      out.push_back(',');
    }
    close(out, ']');
  } else if constexpr (is_a<T, std::map>) {
    out.push_back('{');
    for (const auto& [key, item] : value) {
      json::append_string(out, key);
      out.push_back(':');
      write(out, item);
      out.push_back(',');
    }
    close(out, '}');
  } else if constexpr (std::is_enum_v<T>) {
    json::append_string(out, EnumText<T>::texts[static_cast<std::size_t>(value)]);
  } else if constexpr (std::is_same_v<T, UtcTime>) {
    out.append("\"").append(format_rfc3339(value)).append("\"");
  } else if constexpr (std::is_same_v<T, RawJson>) {
    out.append(value.text);
  } else if constexpr (std::is_same_v<T, bool>) {
    out.append(value ? "true" : "false");
  } else if constexpr (std::is_arithmetic_v<T>) {
    json::append_number(out, value);
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
  const std::string name{T::fields().name};
  if (components.contains(name)) return reference_to(name);
  components[name] = json::Object{};  // stops a recursion; filled below
  json::Object properties;
  json::Array needed;
  const T defaults{};
  for_each_field<T>([&](const auto& field) {
    using Member = std::decay_t<decltype(defaults.*(field.member))>;
    json::Value schema = describe<Member>(field.rules, components);
    if (field.presence == Presence::kRequired) needed.emplace_back(field.name);
    if (field.presence == Presence::kDefaulted && schema.find("$ref") == nullptr) {
      auto parsed = json::parse(to_json(defaults.*(field.member)));
      schema["default"] = std::get<json::Value>(std::move(parsed));
    }
    properties.push_back({std::string{field.name}, std::move(schema)});
  });
  json::Object out{{"type", "object"}, {"title", name}, {"properties", std::move(properties)}};
  if (!needed.empty()) out.push_back({"required", std::move(needed)});
  components[name] = std::move(out);
  return reference_to(name);
}

template <class T, class Rules>
json::Value describe(const Rules& rules, Components& components) {
  if constexpr (is_a<T, std::optional>) {
    auto inner = describe<typename T::value_type>(rules, components);
    return is_patch<T> ? inner : nullable(std::move(inner));
  } else if constexpr (Tabled<T>) {
    return describe_table<T>(components);
  } else if constexpr (std::is_enum_v<T>) {
    const std::string name{EnumText<T>::name};
    if (!components.contains(name)) components[name] = enum_schema(EnumText<T>::texts);
    return reference_to(name);
  } else {
    json::Object out;
    if constexpr (is_a<T, std::vector>) {
      out = {{"type", "array"}, {"items", describe<typename T::value_type>(item_rules(rules), components)}};
    } else if constexpr (is_a<T, std::map>) {
      out = {{"type", "object"},
             {"additionalProperties", describe<typename T::mapped_type>(item_rules(rules), components)}};
    } else if constexpr (std::is_same_v<T, UtcTime>) {
      out = {{"type", "string"}, {"format", "date-time"}};
    } else if constexpr (std::is_same_v<T, json::Value> || std::is_same_v<T, RawJson>) {
      out = {{"type", "object"}, {"additionalProperties", true}};
    } else {
      out = {{"type", std::is_same_v<T, bool>       ? "boolean"
                      : std::is_integral_v<T>       ? "integer"
                      : std::is_floating_point_v<T> ? "number"
                                                    : "string"}};
    }
    constexpr std::string_view kind = is_a<T, std::vector> ? "List" : is_a<T, std::map> ? "Dictionary" : "";
    const auto describe_rule = [&](const auto& rule) {
      if constexpr (requires { rule.describe(out, kind); }) rule.describe(out, kind);
    };
    std::apply([&](const auto&... rule) { (describe_rule(rule), ...); }, rules);
    return out;
  }
}

}  // namespace sentinel::schema
