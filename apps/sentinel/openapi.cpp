#include "app/openapi.hpp"

#include <iostream>

#include "commands.hpp"

namespace sentinel::cli {

void add_openapi(CLI::App& app, Outcome&) {
  app.add_subcommand("openapi", "Print the OpenAPI document")->callback([] {
    std::cout << app::openapi_text();
  });
}

}  // namespace sentinel::cli
