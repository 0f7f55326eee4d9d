// From a request to values: the body and the query of a route, with every issue at once.
#pragma once

#include <optional>
#include <string_view>

#include "http/request.hpp"
#include "schema/codec.hpp"

namespace sentinel::api {

// The body as JSON, or the reply that says why there is none: 422 json_invalid, 400 for bytes that are no
// UTF-8. A body of another content type is its text: a table then refuses it as no object. Empty: no body.
struct BodyJson {
  std::optional<json::Value> value;
  std::optional<http::Response> refusal;
};
BodyJson read_body_json(const http::Request& request);

// The query as an object of strings; of a name that comes twice the last counts.
json::Value query_as_object(const http::Request& request);

// 422 with all issues.
http::Response validation_response(const schema::Issues& issues);

}  // namespace sentinel::api
