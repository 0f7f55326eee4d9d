#include "config/dotenv.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sentinel::config {
namespace {

std::string value_of(const std::string& line) {
  const auto parsed = parse_dotenv({".env", line});
  EXPECT_TRUE(parsed.ok()) << to_lines(parsed.problems);
  EXPECT_EQ(parsed.value.size(), 1U) << line;
  return parsed.value.empty() ? "" : parsed.value[0].value;
}

std::string problems_of(const std::string& text) {
  return to_lines(parse_dotenv({".env", text}).problems);
}

TEST(Dotenv, ReadsValuesInEveryQuoting) {
  const std::pair<const char*, const char*> cases[] = {
      {"A=b", "b"},
      {"A=", ""},
      {"  A = b c  ", "b c"},
      {"export A=b", "b"},
      {"A=b # comment", "b"},
      {"A=b#no comment", "b#no comment"},
      {"A=# comment", ""},
      {"A='b # $c \\n' # comment", "b # $c \\n"},
      {"A=\"b\\n\\t\\\\\\\"\\$c\"", "b\n\t\\\"$c"},
      {"A=\"\"", ""},
      {"A=$HOME", "$HOME"},
      {"A=b=c", "b=c"},
      {"A=b\r", "b"},
      {"\xEF\xBB\xBF"
       "A=b",
       "b"},
      {"A=it's", "it's"},
  };
  for (const auto& [line, value] : cases) EXPECT_EQ(value_of(line), value) << line;
}

TEST(Dotenv, CountsLines) {
  const auto parsed = parse_dotenv({".env", "# one\n\nA=1\r\n\nB=2"});
  ASSERT_EQ(parsed.value.size(), 2U);
  EXPECT_EQ(parsed.value[0].line, 3);
  EXPECT_EQ(parsed.value[1].line, 5);
}

TEST(Dotenv, NamesWhatItCannotReadWithoutRepeatingIt) {
  for (const char* line :
       {"A='hunter2", "A=\"hunter2", "A=\"hunter2\\x\"", "A='x' hunter2", "hunter2", "A=\"hunter2\\"}) {
    const std::string problems = problems_of(std::string("OK=1\n") + line);
    EXPECT_TRUE(problems.starts_with(".env:2: ")) << line << problems;
    EXPECT_EQ(problems.find("hunter2"), std::string::npos) << problems;
  }
  EXPECT_EQ(problems_of("A=1\nA=2\n"), ".env:2: A: stated a second time; the first is in line 1\n");
  EXPECT_EQ(problems_of("2A=1\n"),
            ".env:1: not a setting; allowed: NAME=value, a comment after #, an empty line\n");
}

TEST(Dotenv, IsBounded) {
  EXPECT_TRUE(problems_of("A=" + std::string(kDotenvBytesMax, 'x')).ends_with("that is the bound\n"));
}

}  // namespace
}  // namespace sentinel::config
