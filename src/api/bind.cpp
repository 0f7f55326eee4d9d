#include "api/bind.hpp"

namespace sentinel::api {
namespace {
constexpr std::size_t kIdMax = 64;
}  // namespace

PathId Parameter<PathId>::read(Incoming& in) {
  PathId out;
  const schema::Issues::Step path{in.issues, "path"};
  const schema::Issues::Step name{in.issues, "id"};
  for (const auto& [key, value] : in.request.path_values) {
    if (key == "id") out.value = value;
  }
  const std::tuple rules{schema::min_length{1}, schema::max_length{kIdMax}};
  schema::check_rules(out.value, rules, json::Value{out.value}, in.issues);
  return out;
}

void Parameter<PathId>::describe(http::OperationDoc& doc, schema::Components&) {
  json::Object schema{{"type", "string"}, {"minLength", 1}, {"maxLength", static_cast<std::int64_t>(kIdMax)}};
  doc.parameters.emplace_back(
      json::Object{{"name", "id"}, {"in", "path"}, {"required", true}, {"schema", std::move(schema)}});
  doc.validates_input = true;
}

http::Route make_row(http::Method method, const char* path, const RouteOptions& options) {
  http::Route row{
      .method = method, .path = path, .auth = options.auth, .run = options.run, .handler = {}, .doc = {}};
  row.cookie_allowed = options.cookie_allowed;
  row.doc.id = options.id;
  row.doc.tag = options.tag;
  row.doc.summary = options.summary;
  row.doc.errors = options.errors;
  row.doc.reply_media_type = options.media_type;
  return row;
}

}  // namespace sentinel::api
