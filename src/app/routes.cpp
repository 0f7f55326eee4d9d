#include "app/routes.hpp"

#include "api/openapi.hpp"
#include "api/pages.hpp"
#include "api/routes/routes.hpp"
#include "app/openapi.hpp"
#include "app/version.hpp"

namespace sentinel::app {
namespace {

api::RouteTable make_table(api::Services* services) {
  api::RouteTable table{services};
  api::add_auth_routes(table);
  api::add_user_routes(table);
  api::add_camera_routes(table);
  api::add_event_routes(table);
  api::add_system_routes(table);
  api::add_page_routes(table);
  return table;
}

}  // namespace

void add_routes(http::Router& router, api::Services& services) {
  api::RouteTable table = make_table(&services);
  api::add_document_route(table, kVersion);
  for (const http::Route& row : table.rows()) router.add(row);
}

std::string openapi_text() {
  const api::RouteTable table = make_table(nullptr);
  return json::to_pretty_text(api::openapi_document(table.rows(), table.components(), kVersion));
}

}  // namespace sentinel::app
