#include <iostream>
#include <memory>

#include "app/startup.hpp"
#include "commands.hpp"
#include "config/variables.hpp"

namespace sentinel::cli {

void add_config(CLI::App& app, Outcome& outcome) {
  CLI::App* config = app.add_subcommand("config", "Look at the configuration");
  config->require_subcommand(1);
  const auto folder = std::make_shared<std::string>();
  CLI::App* check = config->add_subcommand("check", "Read everything, name every problem");
  check->add_option("--config", *folder, "Folder of the YAML files (default: config)");
  check->callback([folder, &outcome] {
    app::StartupOptions options;
    if (!folder->empty()) options.config_dir = *folder;
    const auto startup = app::read_configuration(options);
    if (!startup) {
      outcome.status = kFailed;
      return;
    }
    const std::size_t count = startup->configuration.cameras.cameras.size();
    std::cerr << "The configuration is fine: " << count
              << (count == 1 ? " camera is declared.\n" : " cameras are declared.\n");
  });
  config->add_subcommand("example", "Print .env.example")->callback([] {
    std::cout << config::env_example();
  });
}

}  // namespace sentinel::cli
