#include "api/openapi.hpp"

#include <algorithm>

#include "http/error_map.hpp"

namespace sentinel::api {
namespace {

json::Value json_content(json::Value schema) {
  return json::Object{{"application/json", json::Object{{"schema", std::move(schema)}}}};
}

json::Value described(std::string_view text, json::Value content) {
  return json::Object{{"description", text}, {"content", std::move(content)}};
}

json::Value ref(const char* name) {
  return schema::reference_to(name);
}

std::vector<int> error_statuses(const http::Route& row) {
  std::vector<int> out;
  for (const ErrorKind kind : row.doc.errors) out.push_back(http::status_of(kind));
  if (row.auth.least_role()) out.push_back(401);
  if (row.auth.least_role().value_or(auth::Role::kViewer) > auth::Role::kViewer) out.push_back(403);
  if (row.doc.validates_input) out.push_back(422);
  if (row.doc.body) out.insert(out.end(), {400, 413});
  out.insert(out.end(), {500, 503});
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

json::Value responses(const http::Route& row) {
  json::Object out;
  json::Object success{{"description", row.doc.success_status == 204 ? "Done." : "OK"}};
  if (row.doc.reply) {
    success.push_back(
        {"content", json::Object{{row.doc.reply_media_type, json::Object{{"schema", *row.doc.reply}}}}});
  }
  out.push_back({std::to_string(row.doc.success_status), std::move(success)});
  for (const int status : error_statuses(row)) {
    out.push_back({std::to_string(status),
                   described(http::reason_phrase(status),
                             json_content(ref(status == 422 ? "HTTPValidationError" : "ErrorResponse")))});
  }
  return out;
}

json::Value operation(const http::Route& row) {
  json::Object out{
      {"operationId", row.doc.id}, {"tags", json::Array{row.doc.tag}}, {"summary", row.doc.summary}};
  if (!row.doc.parameters.empty()) out.push_back({"parameters", row.doc.parameters});
  if (row.doc.body) {
    out.push_back({"requestBody", json::Object{{"required", row.doc.body_required},
                                               {"content", json_content(*row.doc.body)}}});
  }
  out.push_back({"responses", responses(row)});
  if (row.auth.least_role()) {
    out.push_back({"security", json::Array{json::Object{{"bearer", json::Array{}}}}});
    out.push_back({"x-least-role", auth::to_text(*row.auth.least_role())});
  } else {
    out.push_back({"security", json::Array{}});
  }
  return out;
}

void add_error_schemas(json::Object& schemas) {
  const json::Object text{{"type", "string"}};
  schemas.push_back({"ErrorResponse", json::Object{{"type", "object"},
                                                   {"properties", json::Object{{"detail", text}}},
                                                   {"required", json::Array{"detail"}}}});
  const json::Object loc{
      {"type", "array"},
      {"items", json::Object{{"anyOf", json::Array{text, json::Object{{"type", "integer"}}}}}}};
  const json::Object issue{{"type", "object"},
                           {"properties", json::Object{{"type", text},
                                                       {"loc", loc},
                                                       {"msg", text},
                                                       {"input", json::Object{}},
                                                       {"ctx", json::Object{{"type", "object"}}}}},
                           {"required", json::Array{"type", "loc", "msg", "input"}}};
  schemas.push_back({"ValidationError", issue});
  const json::Object list{{"type", "array"}, {"items", schema::reference_to("ValidationError")}};
  schemas.push_back({"HTTPValidationError", json::Object{{"type", "object"},
                                                         {"properties", json::Object{{"detail", list}}},
                                                         {"required", json::Array{"detail"}}}});
}

std::string method_key(http::Method method) {
  switch (method) {
    case http::Method::kGet:
      return "get";
    case http::Method::kPost:
      return "post";
    case http::Method::kPut:
      return "put";
    case http::Method::kPatch:
      return "patch";
    case http::Method::kDelete:
      return "delete";
    case http::Method::kHead:
      return "head";
    case http::Method::kOptions:
      return "options";
  }
  return "get";
}

}  // namespace

json::Value openapi_document(const std::vector<http::Route>& rows, const schema::Components& components,
                             const std::string& version) {
  json::Value paths{json::Object{}};
  for (const http::Route& row : rows) {
    if (row.documented) paths[row.path][method_key(row.method)] = operation(row);
  }
  json::Object schemas;
  for (const auto& [name, schema] : components) schemas.push_back({name, schema});
  add_error_schemas(schemas);
  const json::Object bearer{{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}};
  return json::Object{
      {"openapi", "3.1.0"},
      {"info", json::Object{{"title", "Sentinel"},
                            {"version", version},
                            {"description", "AI video surveillance: cameras in, events out."},
                            {"license", json::Object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"paths", std::move(paths)},
      {"components",
       json::Object{{"schemas", std::move(schemas)}, {"securitySchemes", json::Object{{"bearer", bearer}}}}}};
}

}  // namespace sentinel::api
