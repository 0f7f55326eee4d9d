#include "api/bind.hpp"

namespace sentinel::api {
namespace {

constexpr std::size_t kIdMax = 64;

template <class T, class Rules>
T read_id(Incoming& in, const Rules& rules) {
  T out{};
  const schema::Issues::Step path{in.issues, "path"};
  const schema::Issues::Step name{in.issues, "id"};
  for (const auto& [key, value] : in.request.path_values) {
    if (key == "id") schema::read_value(json::Value{value}, out, rules, in.issues);
  }
  return out;
}

void describe_id(http::OperationDoc& doc, json::Object schema) {
  doc.parameters.emplace_back(
      json::Object{{"name", "id"}, {"in", "path"}, {"required", true}, {"schema", std::move(schema)}});
  doc.validates_input = true;
}

}  // namespace

PathId Parameter<PathId>::read(Incoming& in) {
  return {read_id<std::string>(in, std::tuple{schema::min_length{1}, schema::max_length{kIdMax}})};
}

void Parameter<PathId>::describe(http::OperationDoc& doc, schema::Components&) {
  describe_id(doc, {{"type", "string"}, {"minLength", 1}, {"maxLength", static_cast<std::int64_t>(kIdMax)}});
}

PathNumber Parameter<PathNumber>::read(Incoming& in) {
  return {read_id<std::int64_t>(in, std::tuple{schema::ge{1}})};
}

void Parameter<PathNumber>::describe(http::OperationDoc& doc, schema::Components&) {
  describe_id(doc, {{"type", "integer"}, {"minimum", 1}});
}

http::Route make_row(http::Method method, const char* path, const RouteOptions& options) {
  http::Route row{
      .method = method, .path = path, .auth = options.auth, .run = options.run, .handler = {}, .doc = {}};
  row.cookie_allowed = options.cookie_allowed;
  row.body_bytes_max = options.body_bytes_max;
  row.doc.id = options.id;
  row.doc.tag = options.tag;
  row.doc.summary = options.summary;
  row.doc.errors = options.errors;
  row.doc.reply_media_type = options.media_type;
  return row;
}

}  // namespace sentinel::api
