// Builds every object of the server in order, owns it, and stops it in reverse.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/data_dir.hpp"
#include "base/clock.hpp"
#include "config/cameras_config.hpp"
#include "config/detection_config.hpp"
#include "config/settings.hpp"

namespace sentinel::app {

struct AppConfig {
  config::Settings settings;
  config::DetectionConfig detection;
  config::CamerasFile cameras;
  std::filesystem::path working_dir;
};

class App {
 public:
  // Opens the stores and loads the model. Throws std::runtime_error with a sentence for the terminal when any
  // of it cannot be. `data_dir` is that of the settings; whoever holds it is the only one.
  App(AppConfig config, DataDir data_dir);
  ~App();  // as stop()
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  // Serves and starts the cameras. An error names what is in the way.
  Status start();
  // Closes open events, tells clients, writes what waits: under 3 s. Idempotent.
  void stop();

  // http://127.0.0.1:8000, once started.
  std::string url() const;
  // The first admin's random password, to be shown once. Empty when it was given or there are users already.
  const std::optional<std::string>& generated_password() const;

  // A file of the configuration was changed, and is good. From one thread; stop() may come meanwhile.
  void apply_cameras(const config::CamerasFile& cameras);
  void apply_detection(const config::DetectionConfig& detection);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sentinel::app
