#include "app/startup.hpp"

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

}  // namespace

std::optional<config::CameraFault> check_camera(const config::CameraEntry& camera) {
  const auto parsed = media::parse_camera_url(camera.url);
  if (!parsed) return config::CameraFault{"url", parsed.error().message};
  auto credentials = parsed->credentials;
  if (camera.username) credentials = {*camera.username, camera.password.value_or("")};
  if (!credentials) return std::nullopt;
  const auto userinfo = media::encode_userinfo(*credentials);
  if (userinfo) return std::nullopt;
  return config::CameraFault{camera.username ? "username" : "url", userinfo.error().message};
}

std::optional<Startup> read_configuration(const StartupOptions& options) {
  Startup out;
  out.places = {options.config_dir, std::filesystem::current_path()};
  auto loaded = config::load_configuration(out.places, options.command_line,
                                           config::environment_of(::environ), check_camera);
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
