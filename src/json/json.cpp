#include "json/json.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace sentinel::json {
namespace {

constexpr std::size_t kBytesMax = 4U << 20U;
constexpr std::size_t kDepthMax = 32;

Value convert(simdjson::dom::element element) {
  using simdjson::dom::element_type;
  switch (element.type()) {
    case element_type::NULL_VALUE:
      return {};
    case element_type::BOOL:
      return Value{bool{element}};
    case element_type::INT64:
      return Value{std::int64_t{element}};
    case element_type::UINT64:
      return Value{static_cast<double>(std::uint64_t{element})};
    case element_type::DOUBLE:
      return Value{double{element}};
    case element_type::STRING:
      return Value{std::string_view{element}};
    case element_type::ARRAY: {
      Array out;
      for (const auto item : simdjson::dom::array(element)) out.push_back(convert(item));
      return out;
    }
    case element_type::OBJECT: {
      Object out;
      for (const auto field : simdjson::dom::object(element)) {
        const auto same =
            std::find_if(out.begin(), out.end(), [&](const Member& m) { return m.key == field.key; });
        if (same != out.end()) {
          same->value = convert(field.value);
        } else {
          out.push_back({std::string{field.key}, convert(field.value)});
        }
      }
      return out;
    }
  }
  return {};
}

// The words of Python's json module where they say the same, so that clients of the first system know them.
std::string message_of(simdjson::error_code code, std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return "Expecting value";
  switch (code) {
    case simdjson::DEPTH_ERROR:
      return "Too deeply nested";
    case simdjson::CAPACITY:
      return "Too large";
    case simdjson::UTF8_ERROR:
      return "Invalid UTF-8";
    case simdjson::UNCLOSED_STRING:
      return "Unterminated string";
    case simdjson::UNESCAPED_CHARS:
      return "Invalid control character at";
    case simdjson::STRING_ERROR:
      return "Invalid \\escape";
    case simdjson::NUMBER_ERROR:
      return "Number out of range";
    default:
      return "Expecting value";
  }
}

void append_control(std::string& out, unsigned char c) {
  switch (c) {
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
  }
}

// Length of the valid UTF-8 sequence at the start of `text`, 0 when there is none.
std::size_t utf8_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || length > text.size() || lead > 0xF4) return 0;
  return simdjson::validate_utf8(text.data(), length) ? length : 0;
}

void append_pretty(std::string& out, const Value& value, std::size_t level) {
  const std::string indent(2 * (level + 1), ' ');
  const auto* array = value.as_array();
  const auto* object = value.as_object();
  if (array != nullptr && !array->empty()) {
    const char* before = "[\n";
    for (const Value& item : *array) {
      out.append(before).append(indent);
      append_pretty(out, item, level + 1);
      before = ",\n";
    }
    out.append("\n").append(2 * level, ' ').append("]");
  } else if (object != nullptr && !object->empty()) {
    const char* before = "{\n";
    for (const Member& member : *object) {
      out.append(before).append(indent);
      append_string(out, member.key);
      out.append(": ");
      append_pretty(out, member.value, level + 1);
      before = ",\n";
    }
    out.append("\n").append(2 * level, ' ').append("}");
  } else {
    append(out, value);
  }
}

}  // namespace

Value::Value() = default;
Value::Value(std::nullptr_t) {}
Value::Value(bool value) : data_{value} {}
Value::Value(int value) : data_{std::int64_t{value}} {}
Value::Value(std::int64_t value) : data_{value} {}
Value::Value(double value) : data_{value} {}
Value::Value(const char* value) : data_{std::string{value}} {}
Value::Value(std::string value) : data_{std::move(value)} {}
Value::Value(std::string_view value) : data_{std::string{value}} {}
Value::Value(Array value) : data_{std::move(value)} {}
Value::Value(Object value) : data_{std::move(value)} {}
Value::Value(const Value& other) = default;
Value::Value(Value&& other) noexcept = default;
Value& Value::operator=(const Value& other) = default;
Value& Value::operator=(Value&& other) noexcept = default;
Value::~Value() = default;

const Value* Value::find(std::string_view key) const {
  const auto* object = as_object();
  if (object == nullptr) return nullptr;
  for (const Member& member : *object) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

Value& Value::operator[](std::string_view key) {
  if (is_null()) data_ = Object{};
  auto& object = std::get<Object>(data_);
  for (Member& member : object) {
    if (member.key == key) return member.value;
  }
  return object.emplace_back(Member{std::string{key}, {}}).value;
}

std::variant<Value, ParseError> parse(std::string_view text) {
  if (text.size() > kBytesMax) return ParseError{0, "Too large"};
  thread_local simdjson::dom::parser parser{kBytesMax};
  if (parser.allocate(std::max<std::size_t>(text.size(), 64), kDepthMax) != simdjson::SUCCESS) {
    return ParseError{0, "Too large"};
  }
  simdjson::dom::element root;
  const auto code = parser.parse(text.data(), text.size()).get(root);
  if (code != simdjson::SUCCESS) return ParseError{0, message_of(code, text)};
  return convert(root);
}

void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(static_cast<char>(c));
      ++i;
    } else if (c < 0x20) {
      append_control(out, c);
      ++i;
    } else if (c < 0x80) {
      out.push_back(static_cast<char>(c));
      ++i;
    } else if (const std::size_t length = utf8_length(text.substr(i)); length > 0) {
      out.append(text.substr(i, length));
      i += length;
    } else {
      out.append("\xEF\xBF\xBD");
      ++i;
    }
  }
  out.push_back('"');
}

void append_int(std::string& out, std::int64_t value) {
  out.append(fmt::format_int(value).c_str());
}

void append_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out.append("null");
    return;
  }
  fmt::format_to(std::back_inserter(out), "{}", value);
}

void append_float(std::string& out, float value) {
  if (!std::isfinite(value)) {
    out.append("null");
    return;
  }
  fmt::format_to(std::back_inserter(out), "{}", value);
}

void append(std::string& out, const Value& value) {
  if (const bool* truth = value.as_bool()) {
    out.append(*truth ? "true" : "false");
  } else if (const auto* integer = value.as_int()) {
    append_int(out, *integer);
  } else if (const auto* real = value.as_double()) {
    append_double(out, *real);
  } else if (const auto* text = value.as_string()) {
    append_string(out, *text);
  } else if (const auto* array = value.as_array()) {
    out.push_back('[');
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out.push_back(',');
      append(out, (*array)[i]);
    }
    out.push_back(']');
  } else if (const auto* object = value.as_object()) {
    out.push_back('{');
    for (std::size_t i = 0; i < object->size(); ++i) {
      if (i > 0) out.push_back(',');
      append_string(out, (*object)[i].key);
      out.push_back(':');
      append(out, (*object)[i].value);
    }
    out.push_back('}');
  } else {
    out.append("null");
  }
}

std::string to_text(const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

std::string to_pretty_text(const Value& value) {
  std::string out;
  append_pretty(out, value, 0);
  out.push_back('\n');
  return out;
}

std::size_t depth(const Value& value) {
  std::size_t deepest = 0;
  if (const auto* array = value.as_array()) {
    for (const Value& item : *array) deepest = std::max(deepest, depth(item));
  } else if (const auto* object = value.as_object()) {
    for (const Member& member : *object) deepest = std::max(deepest, depth(member.value));
  }
  return deepest + 1;
}

}  // namespace sentinel::json
