// What is served beside the typed routes: health, the UI, the documents.
#pragma once

#include <string>

#include "api/bind.hpp"
#include "api/services.hpp"

namespace sentinel::api {

// GET / (health; a browser is sent to /ui/), /ui/, /api/docs, /api/redoc and the files they need. Call it
// before add_document_route().
void add_page_routes(RouteTable& table);
// GET /api/openapi.json, of all rows that the table has now.
void add_document_route(RouteTable& table, const std::string& version);

}  // namespace sentinel::api
