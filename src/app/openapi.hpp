// The OpenAPI document without a server: for `sentinel openapi` and for the committed copy in docs/ref.
#pragma once

#include <string>

namespace sentinel::app {

// The same document that /api/openapi.json serves, indented.
std::string openapi_text();

}  // namespace sentinel::app
