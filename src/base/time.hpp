// Points in time and their text: RFC 3339 in UTC with milliseconds, as every reply of the API writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sentinel {

// Wall-clock time in UTC. Microseconds, so that frame times of 90 kHz clocks keep their order.
using UtcTime = std::chrono::sys_time<std::chrono::microseconds>;
// Time since the start of a stream, from the stream's own timestamps.
using StreamTime = std::chrono::microseconds;
using MonoTime = std::chrono::steady_clock::time_point;

// "2026-11-24T09:05:01.123Z"
std::string format_rfc3339(UtcTime time);
// Accepts RFC 3339 with an offset or Z, and the same without either (read as UTC). Empty when it is not one.
std::optional<UtcTime> parse_rfc3339(std::string_view text);

inline std::int64_t to_unix_ms(UtcTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}
inline UtcTime from_unix_ms(std::int64_t milliseconds) {
  return UtcTime{std::chrono::milliseconds{milliseconds}};
}
inline double to_seconds(std::chrono::microseconds duration) {
  return static_cast<double>(duration.count()) / 1e6;
}

}  // namespace sentinel
