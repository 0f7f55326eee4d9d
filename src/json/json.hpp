// JSON as values and as text. Parsing is simdjson's (json.cpp alone includes it), writing is ours.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sentinel::json {

class Value;
struct Member;
using Array = std::vector<Value>;
// In the order of the text; of doubled keys the last one counts, as in Python.
using Object = std::vector<Member>;

class Value {
 public:
  using Data = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object>;

  // Defined below, where Member is complete.
  Value();
  Value(std::nullptr_t);
  Value(bool value);
  Value(int value);
  Value(std::int64_t value);
  Value(double value);
  Value(const char* value);
  Value(std::string value);
  Value(std::string_view value);
  Value(Array value);
  Value(Object value);
  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept;
  ~Value();

  const Data& data() const { return data_; }
  bool is_null() const { return std::holds_alternative<std::nullptr_t>(data_); }
  const bool* as_bool() const { return std::get_if<bool>(&data_); }
  const std::int64_t* as_int() const { return std::get_if<std::int64_t>(&data_); }
  const double* as_double() const { return std::get_if<double>(&data_); }
  const std::string* as_string() const { return std::get_if<std::string>(&data_); }
  const Array* as_array() const { return std::get_if<Array>(&data_); }
  const Object* as_object() const { return std::get_if<Object>(&data_); }
  // The member of an object, null when this is none or has no such key.
  const Value* find(std::string_view key) const;
  // The member of an object, made when absent. This becomes an object if it was null.
  Value& operator[](std::string_view key);

 private:
  Data data_;
};

struct Member {
  std::string key;
  Value value;
};

struct ParseError {
  std::size_t offset = 0;  // in characters of the text, 0 where the parser does not know it
  std::string message;
};

// Depth at most 32 and 4 MiB at most; text after the value is an error. NaN and Infinity are not JSON.
std::variant<Value, ParseError> parse(std::string_view text);

void append(std::string& out, const Value& value);
void append_string(std::string& out, std::string_view text);  // quoted and escaped, invalid UTF-8 replaced
void append_int(std::string& out, std::int64_t value);
void append_double(std::string& out, double value);  // the shortest text that reads back the same
void append_float(std::string& out, float value);    // likewise, for single precision
std::string to_text(const Value& value);
std::string to_pretty_text(const Value& value);  // two spaces a level, for files that people read
std::size_t depth(const Value& value);           // 1 for a scalar

}  // namespace sentinel::json
