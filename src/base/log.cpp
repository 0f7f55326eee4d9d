#include "base/log.hpp"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <vector>

namespace sentinel::log {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarn:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// Words go to standard error: standard output is for data. Control characters from a camera or a client never
// reach a terminal or forge a line.
std::string printable(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return out;
}

std::shared_ptr<spdlog::logger> make_default() {
  auto logger =
      std::make_shared<spdlog::logger>("sentinel", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
  logger->flush_on(spdlog::level::warn);
  return logger;
}

// The one process-wide logger: replaced once by configure(), before other threads start.
std::shared_ptr<spdlog::logger>& logger() {
  static std::shared_ptr<spdlog::logger> instance = make_default();
  return instance;
}

}  // namespace

void configure(const Settings& settings) {
  std::vector<spdlog::sink_ptr> sinks{std::make_shared<spdlog::sinks::stderr_color_sink_mt>()};
  if (settings.file) {
    try {
      sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
          settings.file->string(), settings.file_bytes_max, settings.files_max - 1));
    } catch (const spdlog::spdlog_ex& failure) {
      throw std::runtime_error(std::string{"LOG_FILE cannot be opened: "} + failure.what());
    }
  }
  auto next = std::make_shared<spdlog::logger>("sentinel", sinks.begin(), sinks.end());
  next->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
  next->flush_on(spdlog::level::info);
  next->set_level(to_spdlog(settings.level));
  logger() = std::move(next);
}

void set_level(Level level) {
  logger()->set_level(to_spdlog(level));
}

bool enabled(Level level) {
  return logger()->should_log(to_spdlog(level));
}

void write(Level level, std::string_view scope, std::string_view text) {
  logger()->log(to_spdlog(level), "[{}] {}", printable(scope), printable(text));
}

}  // namespace sentinel::log
