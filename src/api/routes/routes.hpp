// The groups of routes. Each .cpp beside this file holds the handlers of one group and its lines of the
// table.
#pragma once

#include "api/bind.hpp"
#include "api/services.hpp"

namespace sentinel::api {

void add_auth_routes(RouteTable& table);
void add_camera_routes(RouteTable& table);
void add_event_routes(RouteTable& table);
void add_system_routes(RouteTable& table);
void add_user_routes(RouteTable& table);

}  // namespace sentinel::api
