// From a command line to a configuration: read, checked, its problems told, the log set up.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "app/app.hpp"
#include "config/configuration.hpp"

namespace sentinel::app {

struct StartupOptions {
  std::optional<std::filesystem::path> config_dir{};
  std::map<std::string, std::string> command_line{};  // variable -> value
};

struct Startup {
  config::Places places;
  config::Configuration configuration;
};

// Empty when the configuration is unfit: every problem is then on standard error. Warnings go there too.
std::optional<Startup> read_configuration(const StartupOptions& options);

// What only media/ can say of a camera of the file: whether its address and its user can be used.
std::optional<config::CameraFault> check_camera(const config::CameraEntry& camera);

// LOG_LEVEL and LOG_FILE take effect. Throws std::runtime_error when the file cannot be opened.
void configure_log(const config::Settings& settings);

// The app's configuration of it.
AppConfig to_app(const Startup& startup);

}  // namespace sentinel::app
