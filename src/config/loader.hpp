// Puts the settings together: command line > environment > .env > config/sentinel.yaml > defaults. Pure: the
// sources are handed in as data (configuration.hpp reads them).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "config/problem.hpp"
#include "config/reading.hpp"
#include "config/settings.hpp"

namespace sentinel::config {

struct Sources {
  std::map<std::string, std::string> command_line{};  // variable -> value: {"DATA_DIR", "/var/lib/sentinel"}
  std::map<std::string, std::string> environment{};   // all of it; names that are none of ours do not count
  std::optional<SourceFile> dotenv{};
  std::optional<SourceFile> yaml{};  // a flat map of the variables' names in lower case
};

// Where the value that counts was stated, by variable. One that has its default is absent.
using Origins = std::map<std::string, Spot, std::less<>>;

struct LoadedSettings {
  Settings settings;
  Origins origins;
};

// Every statement of every source is checked, also one that a stronger source overrides. An empty value of an
// environment variable or in .env is as good as none, but for a list, which is then empty. The rules of
// checks.hpp are applied as well.
Checked<LoadedSettings> load_settings(const Sources& sources);

}  // namespace sentinel::config
