#include "app/startup.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "base/log.hpp"
#include "config/problem.hpp"
#include "media/url.hpp"

namespace sentinel::app {
namespace {

log::Level to_level(const config::Settings& settings) {
  if (settings.api.debug) return log::Level::kDebug;
  switch (settings.logging.level) {
    case config::LogLevel::kDebug:
      return log::Level::kDebug;
    case config::LogLevel::kInfo:
      return log::Level::kInfo;
    case config::LogLevel::kWarning:
      return log::Level::kWarn;
    case config::LogLevel::kError:
    case config::LogLevel::kCritical:
      return log::Level::kError;
  }
  return log::Level::kInfo;
}

// What only media/ can say of a camera's address.
void check_cameras(const config::CamerasFile& file, const std::string& name,
                   std::vector<config::Problem>& problems) {
  for (std::size_t i = 0; i < file.cameras.size(); ++i) {
    const auto parsed = media::parse_camera_url(file.cameras[i].url);
    if (!parsed) problems.push_back({{name, fmt::format("cameras.{}.url", i)}, parsed.error().message});
  }
}

}  // namespace

std::optional<Startup> read_configuration(const StartupOptions& options) {
  Startup out;
  out.places = {options.config_dir, std::filesystem::current_path()};
  auto loaded =
      config::load_configuration(out.places, options.command_line, config::environment_of(::environ));
  check_cameras(loaded.value.cameras, out.places.file(config::kCamerasFile).string(), loaded.problems);
  std::cerr << config::to_lines(loaded.warnings) << config::to_lines(loaded.problems);
  if (!loaded.ok()) return std::nullopt;
  out.configuration = std::move(loaded.value);
  return out;
}

void configure_log(const config::Settings& settings) {
  log::Settings log_settings;
  log_settings.level = to_level(settings);
  if (settings.logging.file) log_settings.file = *settings.logging.file;
  log::configure(log_settings);
}

AppConfig to_app(const Startup& startup) {
  return {startup.configuration.settings, startup.configuration.detection, startup.configuration.cameras,
          startup.places.working_dir};
}

}  // namespace sentinel::app
