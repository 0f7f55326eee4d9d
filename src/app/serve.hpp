// `sentinel serve`: the server from its start to SIGTERM.
#pragma once

#include "app/startup.hpp"

namespace sentinel::app {

// Serves until SIGTERM or SIGINT; a second signal ends at once. False when the configuration is unfit or the
// server could not start: standard error says why. Meanwhile changed configuration files are taken over.
bool serve(const StartupOptions& options);

}  // namespace sentinel::app
