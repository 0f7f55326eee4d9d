#include "schema/codec.hpp"

#include <algorithm>

namespace sentinel::schema {

bool must_mask(const json::Value& in, bool only_in_url) {
  if (!only_in_url) return true;
  const auto* text = in.as_string();
  return text == nullptr ? !in.is_null() : text->find_first_of("@?") != std::string::npos;
}

json::Value shown(const json::Value& in, const std::vector<SecretField>& secrets) {
  if (secrets.empty() || (in.as_array() == nullptr && in.as_object() == nullptr)) return in;
  if (const auto* items = in.as_array()) {
    json::Array kept;
    for (const json::Value& item : *items) kept.push_back(shown(item, secrets));
    return kept;
  }
  json::Object kept = *in.as_object();
  for (json::Member& member : kept) {
    const bool is_secret =
        matches("password|token", member.key) || std::ranges::any_of(secrets, [&](const SecretField& field) {
          return field.name == member.key && must_mask(member.value, field.only_in_url);
        });
    member.value = is_secret ? json::Value{kMasked} : shown(member.value, secrets);
  }
  return kept;
}

json::Value misshapen(const json::Value& in, const std::vector<SecretField>& secrets, bool is_list_or_map) {
  if (is_list_or_map && in.as_string() == nullptr) return shown(in, secrets);  // its keys tell
  return secrets.empty() ? in : json::Value{kMasked};
}

json::Value reference_to(std::string_view component) {
  return json::Object{{"$ref", "#/components/schemas/" + std::string{component}}};
}

json::Value nullable(json::Value schema) {
  return json::Object{{"anyOf", json::Array{std::move(schema), json::Object{{"type", "null"}}}}};
}

json::Value enum_schema(std::span<const std::string_view> texts) {
  json::Array values;
  for (const std::string_view text : texts) values.emplace_back(text);
  return json::Object{{"type", "string"}, {"enum", std::move(values)}};
}

}  // namespace sentinel::schema
