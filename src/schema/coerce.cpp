#include "schema/coerce.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "schema/constraints.hpp"

namespace sentinel::schema {
namespace {

constexpr std::size_t kDigitsMax = 4300;  // of an integer as text, as in Python

bool refuse(Issues& issues, const json::Value& in, const char* type, std::string msg, json::Object ctx = {}) {
  issues.add({type, std::move(msg), std::move(ctx)}, in);
  return false;
}

// Trimmed and without single underscores between digits; empty when one stands elsewhere.
std::optional<std::string> plain_number(std::string_view text) {
  std::string plain = trimmed(text);
  if (plain.empty() || matches("(^|[^0-9])_|_([^0-9]|$)", plain)) return std::nullopt;
  std::erase(plain, '_');
  if (plain[0] == '+') plain.erase(0, 1);
  return plain;
}

// "[+-]digits[.0…]" to an integer; one beyond 64 bits becomes one just beyond them.
std::optional<WideInt> integer_of(std::string_view text) {
  const auto plain = plain_number(text);
  if (!plain || !matches("^-?[0-9]+([.]0+)?$", *plain)) return std::nullopt;
  const bool negative = (*plain)[0] == '-';
  const std::string digits = plain->substr(negative ? 1 : 0, plain->find('.'));
  std::uint64_t value = 0;
  const auto fault = std::from_chars(digits.data(), digits.data() + digits.size(), value).ec;
  const WideInt wide = fault == std::errc::result_out_of_range ? WideInt{UINT64_MAX} + 1 : WideInt{value};
  return negative ? -wide : wide;
}

std::optional<double> number_of(std::string_view text) {
  const auto plain = plain_number(text);
  if (!plain) return std::nullopt;
  double value = 0;
  const auto [end, fault] = std::from_chars(plain->data(), plain->data() + plain->size(), value);
  if (end != plain->data() + plain->size()) return std::nullopt;
  return fault == std::errc::result_out_of_range ? HUGE_VAL : value;
}

std::optional<bool> truth_of(std::string_view text) {
  if (matches("^(?i:0|off|f|false|n|no)$", text)) return false;
  if (matches("^(?i:1|on|t|true|y|yes)$", text)) return true;
  return std::nullopt;
}

bool refuse_time(Issues& issues, const json::Value& in, const std::string& error) {
  const std::string msg = "Input should be a valid datetime, " + error;
  return refuse(issues, in, "datetime_parsing", msg, {{"error", error}});
}

// Unix seconds, or milliseconds where they are too many for seconds.
bool time_of_number(double number, const json::Value& in, UtcTime& out, Issues& issues) {
  const double seconds = std::abs(number) > 2e10 ? number / 1000 : number;
  constexpr double kYear10000 = 253402300800;
  constexpr double kYear1 = -62135596800;
  if (std::isnan(seconds)) return refuse_time(issues, in, "NaN values not permitted");
  if (seconds >= kYear10000 || seconds < kYear1) {
    const char* which = seconds > 0 ? "after 9999" : "before 0001";
    return refuse_time(issues, in, fmt::format("dates {} are not supported as unix timestamps", which));
  }
  out = UtcTime{std::chrono::microseconds{std::llround(seconds * 1e6)}};
  return true;
}

}  // namespace

bool coerce(const json::Value& in, std::string& out, Issues& issues) {
  const auto* text = in.as_string();
  if (text == nullptr) return refuse(issues, in, "string_type", "Input should be a valid string");
  out = *text;
  return true;
}

bool coerce(const json::Value& in, bool& out, Issues& issues) {
  const auto* text = in.as_string();
  const auto* real = in.as_double();
  const bool is_whole =
      in.as_int() != nullptr || in.as_bool() != nullptr || (real && (*real == 0 || *real == 1));
  if (text == nullptr && !is_whole) return refuse(issues, in, "bool_type", "Input should be a valid boolean");
  const auto read = truth_of(text != nullptr ? *text : json::to_text(in));
  if (!read) {
    return refuse(issues, in, "bool_parsing", "Input should be a valid boolean, unable to interpret input");
  }
  out = *read;
  return true;
}

bool coerce(const json::Value& in, WideInt& out, Issues& issues) {
  constexpr const char* kTooBig = "Unable to parse input string as an integer, exceeded maximum size";
  if (const auto* integer = in.as_int()) {
    out = *integer;
  } else if (const bool* truth = in.as_bool()) {
    out = *truth ? 1 : 0;
  } else if (const auto* real = in.as_double()) {
    if (*real != std::floor(*real)) {
      return refuse(issues, in, "int_from_float",
                    "Input should be a valid integer, got a number with a fractional part");
    }
    if (std::abs(*real) >= 0x1p63) return refuse(issues, in, "int_parsing_size", kTooBig);
    out = static_cast<std::int64_t>(*real);
  } else if (const auto* text = in.as_string()) {
    const auto read = integer_of(*text);
    if (!read) {
      return refuse(issues, in, "int_parsing",
                    "Input should be a valid integer, unable to parse string as an integer");
    }
    if (text->size() > kDigitsMax) return refuse(issues, in, "int_parsing_size", kTooBig);
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
  const bool year_zero = text->starts_with("0000-");
  const bool date_alone = text->size() == 10;
  if (const auto time = parse_rfc3339(date_alone ? *text + "T00:00" : *text); time && !year_zero) {
    out = *time;
    return true;
  }
  if (year_zero) return refuse_time(issues, in, "year 0 is out of range");
  if (const auto number = number_of(*text); number && text->find_first_of("eE_ ") == std::string::npos) {
    return time_of_number(*number, in, out, issues);
  }
  const bool date_is_fine = parse_rfc3339(text->substr(0, 10) + "T00:00").has_value();
  const std::string error =
      date_is_fine ? "the time after the date is none" : "write it as 2026-11-24T09:05:01Z";
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
