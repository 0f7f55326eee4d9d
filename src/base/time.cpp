#include "base/time.hpp"

#include <fmt/format.h>

#include <array>

namespace sentinel {
namespace {

// Reads exactly `digits` decimal digits at `at` and moves on. Empty on anything else.
std::optional<int> read_digits(std::string_view text, std::size_t& at, std::size_t digits) {
  if (at + digits > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i, ++at) {
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
    value = value * 10 + (text[at] - '0');
  }
  return value;
}

bool read_char(std::string_view text, std::size_t& at, std::string_view any_of) {
  if (at >= text.size() || any_of.find(text[at]) == std::string_view::npos) return false;
  ++at;
  return true;
}

std::optional<std::chrono::microseconds> read_fraction(std::string_view text, std::size_t& at) {
  if (!read_char(text, at, ".,")) return std::chrono::microseconds{0};
  std::int64_t micros = 0;
  std::size_t digits = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++digits) {
    if (digits < 6) micros = micros * 10 + (text[at] - '0');
  }
  if (digits == 0) return std::nullopt;
  for (std::size_t i = digits; i < 6; ++i) micros *= 10;
  return std::chrono::microseconds{micros};
}

std::optional<std::chrono::minutes> read_offset(std::string_view text, std::size_t& at) {
  if (at == text.size()) return std::chrono::minutes{0};
  if (read_char(text, at, "Zz")) return std::chrono::minutes{0};
  const bool negative = text[at] == '-';
  if (!read_char(text, at, "+-")) return std::nullopt;
  const auto hours = read_digits(text, at, 2);
  if (!hours || *hours > 23) return std::nullopt;
  read_char(text, at, ":");
  const auto minutes = read_digits(text, at, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const std::chrono::minutes offset{*hours * 60 + *minutes};
  return negative ? -offset : offset;
}

}  // namespace

std::string format_rfc3339(UtcTime time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{floor<milliseconds>(time - day)};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::optional<UtcTime> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  std::size_t at = 0;
  const auto year_number = read_digits(text, at, 4);
  if (!year_number || !read_char(text, at, "-")) return std::nullopt;
  const auto month_number = read_digits(text, at, 2);
  if (!month_number || !read_char(text, at, "-")) return std::nullopt;
  const auto day_number = read_digits(text, at, 2);
  if (!day_number || !read_char(text, at, "Tt _")) return std::nullopt;
  const year_month_day date{year{*year_number}, month{static_cast<unsigned>(*month_number)},
                            day{static_cast<unsigned>(*day_number)}};
  const auto hour = read_digits(text, at, 2);
  if (!hour || !read_char(text, at, ":")) return std::nullopt;
  const auto minute = read_digits(text, at, 2);
  if (!minute) return std::nullopt;
  std::optional<int> second = 0;
  if (read_char(text, at, ":")) second = read_digits(text, at, 2);
  const auto fraction = read_fraction(text, at);
  const auto offset = read_offset(text, at);
  if (!second || !fraction || !offset || at != text.size()) return std::nullopt;
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return UtcTime{sys_days{date}} + hours{*hour} + minutes{*minute} + seconds{*second} + *fraction - *offset;
}

}  // namespace sentinel
