#include "api/read.hpp"

#include <algorithm>

namespace sentinel::api {
namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// application/json, application/*+json, or none at all, as FastAPI takes it.
bool is_json(const http::Request& request) {
  const std::string* header = request.header("content-type");
  if (header == nullptr) return true;
  std::string type = lower(header->substr(0, header->find(';')));
  type.erase(type.find_last_not_of(" \t") + 1);
  return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

http::Response invalid_json(const json::ParseError& fault) {
  const json::Object entry{{"type", "json_invalid"},
                           {"loc", json::Array{"body", static_cast<std::int64_t>(fault.offset)}},
                           {"msg", "JSON decode error"},
                           {"input", json::Object{}},
                           {"ctx", json::Object{{"error", fault.message}}}};
  http::Response response;
  response.status = 422;
  response.body = json::to_text(json::Object{{"detail", json::Array{entry}}});
  return response;
}

http::Response unreadable() {
  http::Response response;
  response.status = 400;
  response.body = R"({"detail":"There was an error parsing the body"})";
  return response;
}

}  // namespace

BodyJson read_body_json(const http::Request& request) {
  std::string_view text = request.body;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.empty()) return {};
  if (!is_json(request)) return {json::Value{text}, std::nullopt};
  auto parsed = json::parse(text);
  if (const auto* fault = std::get_if<json::ParseError>(&parsed)) {
    const bool fatal = fault->message == "Invalid UTF-8" || fault->message == "Too deeply nested";
    return {std::nullopt, fatal ? unreadable() : invalid_json(*fault)};
  }
  auto& value = std::get<json::Value>(parsed);
  if (value.is_null()) return {};
  return {std::move(value), std::nullopt};
}

json::Value query_as_object(const http::Request& request) {
  json::Value out{json::Object{}};
  for (const auto& [name, value] : request.query) out[name] = json::Value{value};
  return out;
}

http::Response validation_response(const schema::Issues& issues) {
  http::Response response;
  response.status = 422;
  response.body = schema::to_detail_text(issues.list());
  return response;
}

}  // namespace sentinel::api
