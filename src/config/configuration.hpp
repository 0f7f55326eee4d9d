// The whole configuration, read from where it stands: the only part of config/ that touches files.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "config/cameras_config.hpp"
#include "config/detection_config.hpp"
#include "config/loader.hpp"
#include "config/problem.hpp"
#include "config/reload.hpp"
#include "config/settings.hpp"

namespace sentinel::config {

// Where the files are looked for. Problems call them as they are written here: "config/cameras.yaml".
struct Places {
  std::optional<std::filesystem::path>
      config_dir{};                     // --config: must exist. Without it "config", which need not
  std::filesystem::path working_dir{};  // absolute: of .env, and what relative paths count from

  std::filesystem::path file(const char* name) const { return config_dir.value_or("config") / name; }
};

inline constexpr const char* kSettingsFile = "sentinel.yaml";
inline constexpr const char* kDetectionFile = "detection_config.yaml";
inline constexpr const char* kCamerasFile = "cameras.yaml";

struct Configuration {
  Settings settings;
  Origins origins;
  DetectionConfig detection;  // with what the settings override
  CamerasFile cameras;
};

// Reads .env and the three files, each of which may be absent, and collects every problem of all of them.
Checked<Configuration> load_configuration(const Places& places,
                                          const std::map<std::string, std::string>& command_line,
                                          const std::map<std::string, std::string>& environment,
                                          const CheckCamera& check = {});

// One file anew, as load_configuration() reads it: for a Reloader.
Checked<DetectionConfig> read_detection(const Places& places, const AiSettings& ai);
Checked<CamerasFile> read_cameras(const Places& places, const CheckCamera& check = {});
// Of the file in config_dir; one that is absent or cannot be looked at does not exist.
FileStamp stamp_of(const Places& places, const char* name);

// The process's environment, from main()'s third argument or ::environ.
std::map<std::string, std::string> environment_of(const char* const* entries);

}  // namespace sentinel::config
