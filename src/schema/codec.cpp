#include "schema/codec.hpp"

#include <algorithm>

namespace sentinel::schema {

json::Value masked(const json::Value& in, const std::vector<std::string_view>& secrets) {
  const auto* object = in.as_object();
  if (object == nullptr || secrets.empty()) return in;
  json::Object out = *object;
  for (json::Member& member : out) {
    if (std::find(secrets.begin(), secrets.end(), member.key) != secrets.end()) member.value = kMasked;
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
