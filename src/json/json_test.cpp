#include "json/json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sentinel::json {
namespace {

Value must_parse(std::string_view text) {
  auto result = parse(text);
  EXPECT_TRUE(std::holds_alternative<Value>(result)) << text;
  return std::holds_alternative<Value>(result) ? std::get<Value>(std::move(result)) : Value{};
}

std::string quoted(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

template <class N>
std::string number(N value) {
  std::string out;
  append_number(out, value);
  return out;
}

TEST(Json, EscapesWhatMustBe) {
  EXPECT_EQ(quoted("a\"b\\c/"), R"("a\"b\\c/")");
  EXPECT_EQ(quoted("\n\r\t\b"), R"("\n\r\t\u0008")");
  EXPECT_EQ(quoted(std::string_view{"\0", 1}), R"("\u0000")");
  EXPECT_EQ(quoted("é🎥\x7f"), "\"é🎥\x7f\"");
  EXPECT_EQ(*must_parse(quoted("\x01 </script> \u2028")).as_string(), "\x01 </script> \u2028");
}

TEST(Json, ReplacesInvalidUtf8) {
  EXPECT_EQ(quoted("a\xff"
                   "b"),
            "\"a\uFFFDb\"");
  EXPECT_EQ(quoted("\xc3"), "\"\uFFFD\"");                                // cut off
  EXPECT_EQ(quoted("\xc0\xaf"), "\"\uFFFD\uFFFD\"");                      // overlong
  EXPECT_EQ(quoted("\xed\xa0\x80"), "\"\uFFFD\uFFFD\uFFFD\"");            // a surrogate
  EXPECT_EQ(quoted("\xf4\x90\x80\x80"), "\"\uFFFD\uFFFD\uFFFD\uFFFD\"");  // beyond U+10FFFF
}

TEST(Json, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"", " ", "{", "[1,]", "{\"a\":1,}", "nul", "NaN", "Infinity", "1e400", "{}{}", "'a'", "\"\xff\"",
        "\"\\ud800\"", "\"\n\"", "01", "99999999999999999999999"}) {
    EXPECT_TRUE(std::holds_alternative<ParseError>(parse(text))) << text;
  }
}

TEST(Json, BoundsDepthAndSize) {
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  EXPECT_EQ(depth(must_parse(nested(31))), 31U);
  EXPECT_EQ(std::get<ParseError>(parse(nested(33))).message, "Too deeply nested");
  EXPECT_EQ(std::get<ParseError>(parse(nested(100'000))).message, "Too deeply nested");
  EXPECT_EQ(std::get<ParseError>(parse(std::string(5U << 20U, ' '))).message, "Too large");
  EXPECT_EQ(depth(must_parse("5")), 0U);
  EXPECT_EQ(depth(must_parse(R"({"a":[{}]})")), 3U);
}

TEST(Json, OfDoubledKeysTheLastCountsInTheFirstsPlace) {
  EXPECT_EQ(to_text(must_parse(R"({"a":1,"b":2,"a":3,"c":4,"b":5,"a":6})")), R"({"a":6,"b":5,"c":4})");
}

// A comparison of each key with each would take minutes here, under the sanitizers.
TEST(Json, ReadsAnObjectOfVeryManyKeys) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) text += "\"key" + std::to_string(i) + "\":0,";
  text += "\"key7\":1}";
  const Value value = must_parse(text);
  EXPECT_EQ(value.as_object()->size(), 200'000U);
  EXPECT_EQ(*value.find("key7")->as_int(), 1);
}

TEST(Json, NumbersComeBackTheSame) {
  for (const double value : {0.1, 1e300, -5e-324, 1.7976931348623157e308, 1.0 / 3, 123456789.125}) {
    EXPECT_EQ(*must_parse(number(value)).as_double(), value);
  }
  for (const std::int64_t value : {std::int64_t{0}, INT64_MIN, INT64_MAX}) {
    EXPECT_EQ(*must_parse(number(value)).as_int(), value);
  }
  EXPECT_EQ(number(0.1F), "0.1");
  EXPECT_EQ(number(-0.0), "0");
  EXPECT_EQ(number(UINT64_MAX), "18446744073709551615");
  EXPECT_EQ(number(std::nan("")), "null");
  EXPECT_EQ(number(-std::numeric_limits<float>::infinity()), "null");
}

TEST(Json, MembersAreFoundAndMade) {
  Value value;
  value["a"]["b"] = 1;
  value["a"]["b"] = 2;
  EXPECT_EQ(to_text(value), R"({"a":{"b":2}})");
  EXPECT_EQ(value.find("x"), nullptr);
  EXPECT_EQ(Value{5}.find("x"), nullptr);
  EXPECT_EQ(to_pretty_text(must_parse(R"({"a":[1,[]],"b":{}})")),
            "{\n  \"a\": [\n    1,\n    []\n  ],\n  \"b\": {}\n}\n");
}

}  // namespace
}  // namespace sentinel::json
