#include "schema/codec.hpp"

#include <algorithm>

namespace sentinel::schema {

bool must_mask(const json::Value& in, Secrecy secrecy) {
  if (secrecy != Secrecy::kUserinfo) return secrecy == Secrecy::kWhole;
  const auto* text = in.as_string();
  return text == nullptr || text->find('@') != std::string::npos;
}

json::Value masked(const json::Value& in, const std::vector<SecretField>& secrets) {
  const auto* object = in.as_object();
  if (object == nullptr || secrets.empty()) return in;
  json::Object out = *object;
  for (json::Member& member : out) {
    for (const SecretField& field : secrets) {
      if (member.key == field.name && must_mask(member.value, field.secrecy)) member.value = kMasked;
    }
  }
  return out;
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
