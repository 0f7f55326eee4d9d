#include "http/reply_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/log.hpp"
#include "http/error_map.hpp"

namespace sentinel::http {
namespace {

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7f; });
}

bool forbids_body(int status) {
  return status < 200 || status == 204 || status == 304;
}

}  // namespace

bool sends_body(const Response& response, const ReplyShape& shape) {
  return !shape.is_head && !forbids_body(response.status);
}

void append_head(std::string& out, const Response& response, const ReplyShape& shape, std::string_view date) {
  const auto end = std::back_inserter(out);
  fmt::format_to(end, "HTTP/1.1 {} {}\r\nServer: sentinel\r\nDate: {}\r\n", response.status,
                 reason_phrase(response.status), date);
  if (!forbids_body(response.status)) {
    if (!response.content_type.empty()) fmt::format_to(end, "Content-Type: {}\r\n", response.content_type);
    fmt::format_to(end, "Content-Length: {}\r\n", response.body.size());
  }
  for (const auto& [name, value] : response.headers) {
    if (has_control_character(name) || has_control_character(value)) {
      log::error("http", "a reply's header is left out: it has a control character");
      continue;
    }
    out.append(name).append(": ").append(value).append("\r\n");
  }
  if (!shape.keep_alive) {
    out += "Connection: close\r\n";
  } else if (shape.is_http_1_0) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
}

std::string format_http_date(UtcTime time) {
  static constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[std::chrono::weekday{day}.c_encoding()],
                     static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

}  // namespace sentinel::http
