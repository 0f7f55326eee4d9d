// Logging. error = someone must act; warn = something was lost or refused; info = a state change, never per
// frame or per request. `scope` is the camera id, the request id or the component. Thread-safe.
#pragma once

#include <fmt/core.h>

#include <filesystem>
#include <optional>
#include <string_view>

namespace sentinel::log {

enum class Level { kDebug, kInfo, kWarn, kError };

struct Settings {
  Level level = Level::kInfo;
  std::optional<std::filesystem::path> file;      // rotated; standard error is written to as well
  std::size_t file_bytes_max = 10 * 1024 * 1024;  // of one file
  std::size_t files_max = 5;                      // with the one that is written to; at least 2
};

// Called once by main, before any other thread. Throws std::runtime_error when the file cannot be opened.
void configure(const Settings& settings);
void set_level(Level level);
bool enabled(Level level);
void write(Level level, std::string_view scope, std::string_view text);

template <class... Args>
void debug(std::string_view scope, fmt::format_string<Args...> text, Args&&... args) {
  if (enabled(Level::kDebug)) write(Level::kDebug, scope, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void info(std::string_view scope, fmt::format_string<Args...> text, Args&&... args) {
  if (enabled(Level::kInfo)) write(Level::kInfo, scope, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void warn(std::string_view scope, fmt::format_string<Args...> text, Args&&... args) {
  if (enabled(Level::kWarn)) write(Level::kWarn, scope, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void error(std::string_view scope, fmt::format_string<Args...> text, Args&&... args) {
  write(Level::kError, scope, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace sentinel::log
