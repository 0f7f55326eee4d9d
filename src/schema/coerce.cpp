#include "schema/coerce.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>

namespace sentinel::schema {
namespace {

bool refuse(Issues& issues, const json::Value& in, const char* type, std::string msg, json::Object ctx = {}) {
  issues.add({type, std::move(msg), std::move(ctx)}, in);
  return false;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Takes out single underscores between digits; empty when one stands elsewhere.
std::optional<std::string> without_underscores(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      out.push_back(text[i]);
    } else if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
      return std::nullopt;
    }
  }
  return out;
}

// "[+-]digits[.0…]" to an integer; one beyond 64 bits saturates, which every bound of ours refuses.
std::optional<std::int64_t> integer_of(std::string_view text) {
  auto plain = without_underscores(trimmed(text));
  if (!plain || plain->empty()) return std::nullopt;
  if (const auto dot = plain->find('.'); dot != std::string::npos) {
    if (dot + 1 == plain->size() || plain->find_first_not_of('0', dot + 1) != std::string::npos)
      return std::nullopt;
    plain->resize(dot);
  }
  const bool negative = (*plain)[0] == '-';
  const std::string digits = plain->substr((*plain)[0] == '-' || (*plain)[0] == '+' ? 1 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  std::int64_t value = 0;
  const std::string signed_digits = negative ? "-" + digits : digits;
  const auto [end, fault] =
      std::from_chars(signed_digits.data(), signed_digits.data() + signed_digits.size(), value);
  if (fault == std::errc::result_out_of_range) return negative ? INT64_MIN : INT64_MAX;
  return value;
}

std::optional<double> number_of(std::string_view text) {
  auto plain = without_underscores(trimmed(text));
  if (!plain || plain->empty()) return std::nullopt;
  if ((*plain)[0] == '+') plain->erase(0, 1);
  double value = 0;
  const auto [end, fault] = std::from_chars(plain->data(), plain->data() + plain->size(), value);
  if (end != plain->data() + plain->size()) return std::nullopt;
  if (fault == std::errc::result_out_of_range) return HUGE_VAL;
  if (fault != std::errc{}) return std::nullopt;
  return value;
}

std::optional<bool> truth_of(std::string_view text) {
  std::string lower;
  for (const char c : text) lower.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  for (const std::string_view word : {"0", "off", "f", "false", "n", "no"}) {
    if (lower == word) return false;
  }
  for (const std::string_view word : {"1", "on", "t", "true", "y", "yes"}) {
    if (lower == word) return true;
  }
  return std::nullopt;
}

// Unix seconds, or milliseconds where they are too many for seconds.
bool time_of_number(double number, const json::Value& in, UtcTime& out, Issues& issues) {
  const double seconds = std::abs(number) > 2e10 ? number / 1000 : number;
  constexpr double kYear10000 = 253402300800;
  constexpr double kYear0 = -62167219200;
  const char* fault = seconds >= kYear10000 ? "dates after 9999 are not supported as unix timestamps"
                      : seconds < kYear0    ? "dates before 0000 are not supported as unix timestamps"
                                            : nullptr;
  if (fault != nullptr || !std::isfinite(number)) {
    const std::string error = fault != nullptr ? fault : "NaN values not permitted";
    return refuse(issues, in, "datetime_parsing", "Input should be a valid datetime, " + error,
                  {{"error", error}});
  }
  out = UtcTime{std::chrono::microseconds{static_cast<std::int64_t>(std::llround(seconds * 1e6))}};
  return true;
}

// What is wrong with a text that is no time, in the words of Pydantic's attempt to read it as a date.
std::string date_fault(std::string_view text) {
  if (text.size() < 10) return "input is too short";
  for (std::size_t i = 0; i < 10; ++i) {
    const bool separator = i == 4 || i == 7;
    if (separator && text[i] != '-') return "invalid date separator, expected `-`";
    if (!separator && !is_digit(text[i])) {
      return i < 4   ? "invalid character in year"
             : i < 7 ? "invalid character in month"
                     : "invalid character in day";
    }
  }
  const int month = (text[5] - '0') * 10 + (text[6] - '0');
  if (month < 1 || month > 12) return "month value is outside expected range of 1-12";
  const int year = std::stoi(std::string{text.substr(0, 4)});
  const int day = (text[8] - '0') * 10 + (text[9] - '0');
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return "day value is outside expected range";
  return "unexpected extra characters at the end of the input";
}

}  // namespace

Issue missing_issue() {
  return {"missing", "Field required", {}};
}
Issue object_issue() {
  return {"model_attributes_type", "Input should be a valid dictionary or object to extract fields from", {}};
}
Issue list_issue() {
  return {"list_type", "Input should be a valid list", {}};
}
Issue dict_issue() {
  return {"dict_type", "Input should be a valid dictionary", {}};
}

Issue length_issue(bool too_long, std::string_view field_type, std::size_t limit, std::size_t actual) {
  return {too_long ? "too_long" : "too_short",
          fmt::format("{} should have at {} {} item{} after validation, not {}", field_type,
                      too_long ? "most" : "least", limit, limit == 1 ? "" : "s", actual),
          {{"field_type", field_type},
           {too_long ? "max_length" : "min_length", static_cast<std::int64_t>(limit)},
           {"actual_length", static_cast<std::int64_t>(actual)}}};
}

bool coerce(const json::Value& in, std::string& out, Issues& issues) {
  const auto* text = in.as_string();
  if (text == nullptr) return refuse(issues, in, "string_type", "Input should be a valid string");
  out = *text;
  return true;
}

bool coerce(const json::Value& in, bool& out, Issues& issues) {
  if (const bool* truth = in.as_bool()) {
    out = *truth;
    return true;
  }
  std::optional<bool> read;
  bool readable = true;
  if (const auto* text = in.as_string()) {
    read = truth_of(*text);
  } else if (const auto* integer = in.as_int()) {
    if (*integer == 0 || *integer == 1) read = *integer == 1;
  } else if (const auto* real = in.as_double(); real != nullptr && (*real == 0.0 || *real == 1.0)) {
    read = *real == 1.0;
  } else {
    readable = false;
  }
  if (!readable) return refuse(issues, in, "bool_type", "Input should be a valid boolean");
  if (!read) {
    return refuse(issues, in, "bool_parsing", "Input should be a valid boolean, unable to interpret input");
  }
  out = *read;
  return true;
}

bool coerce(const json::Value& in, std::int64_t& out, Issues& issues) {
  if (const auto* integer = in.as_int()) {
    out = *integer;
  } else if (const bool* truth = in.as_bool()) {
    out = *truth ? 1 : 0;
  } else if (const auto* real = in.as_double()) {
    if (*real != std::floor(*real)) {
      return refuse(issues, in, "int_from_float",
                    "Input should be a valid integer, got a number with a fractional part");
    }
    if (std::abs(*real) >= 9.3e18) {
      return refuse(issues, in, "int_parsing_size",
                    "Unable to parse input string as an integer, exceeded maximum size");
    }
    out = std::abs(*real) >= 9.2233720368547758e18 ? (*real < 0 ? INT64_MIN : INT64_MAX)
                                                   : static_cast<std::int64_t>(*real);
  } else if (const auto* text = in.as_string()) {
    const auto read = integer_of(*text);
    if (!read) {
      return refuse(issues, in, "int_parsing",
                    "Input should be a valid integer, unable to parse string as an integer");
    }
    out = *read;
  } else {
    return refuse(issues, in, "int_type", "Input should be a valid integer");
  }
  return true;
}

bool coerce(const json::Value& in, double& out, Issues& issues) {
  if (const auto* real = in.as_double()) {
    out = *real;
  } else if (const auto* integer = in.as_int()) {
    out = static_cast<double>(*integer);
  } else if (const bool* truth = in.as_bool()) {
    out = *truth ? 1 : 0;
  } else if (const auto* text = in.as_string()) {
    const auto read = number_of(*text);
    if (!read) {
      return refuse(issues, in, "float_parsing",
                    "Input should be a valid number, unable to parse string as a number");
    }
    out = *read;
  } else {
    return refuse(issues, in, "float_type", "Input should be a valid number");
  }
  if (!std::isfinite(out)) return refuse(issues, in, "finite_number", "Input should be a finite number");
  return true;
}

bool coerce(const json::Value& in, UtcTime& out, Issues& issues) {
  if (const auto* integer = in.as_int()) {
    return time_of_number(static_cast<double>(*integer), in, out, issues);
  }
  if (const auto* real = in.as_double()) return time_of_number(*real, in, out, issues);
  const auto* text = in.as_string();
  if (text == nullptr) return refuse(issues, in, "datetime_type", "Input should be a valid datetime");
  if (const auto time = parse_rfc3339(*text)) {
    out = *time;
    return true;
  }
  if (const auto number = number_of(*text); number && text->find_first_of("eE_ ") == std::string::npos) {
    return time_of_number(*number, in, out, issues);
  }
  const std::string error = date_fault(*text);
  return refuse(issues, in, "datetime_from_date_parsing",
                "Input should be a valid datetime or date, " + error, {{"error", error}});
}

bool coerce_choice(const json::Value& in, std::span<const std::string_view> names, bool literal,
                   std::size_t& out, Issues& issues) {
  const auto* text = in.as_string();
  std::string expected;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (text != nullptr && *text == names[i]) {
      out = i;
      return true;
    }
    if (i > 0) expected += i + 1 == names.size() ? " or " : ", ";
    expected += fmt::format("'{}'", names[i]);
  }
  return refuse(issues, in, literal ? "literal_error" : "enum", "Input should be " + expected,
                {{"expected", expected}});
}

}  // namespace sentinel::schema
