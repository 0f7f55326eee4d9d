#include <iostream>

#include "app/version.hpp"
#include "commands.hpp"

namespace sentinel::cli {

void add_version(CLI::App& app, Outcome&) {
  app.add_subcommand("version", "Print the version")->callback([] {
    std::cout << "sentinel " << app::kVersion << '\n';
  });
}

}  // namespace sentinel::cli
