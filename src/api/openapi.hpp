// The OpenAPI 3.1 document, made from the route table.
#pragma once

#include <string>
#include <vector>

#include "http/route.hpp"
#include "schema/codec.hpp"

namespace sentinel::api {

// Every documented row: its parameters, body, reply and errors. 401 and 403 follow from the row's auth, 422
// from its having input, 500 and 503 from its being served.
json::Value openapi_document(const std::vector<http::Route>& rows, const schema::Components& components,
                             const std::string& version);

}  // namespace sentinel::api
