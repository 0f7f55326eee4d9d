// The route table, whole.
#pragma once

#include "api/services.hpp"
#include "http/router.hpp"

namespace sentinel::app {

void add_routes(http::Router& router, api::Services& services);

}  // namespace sentinel::app
