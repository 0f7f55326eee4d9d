#include "http/text.hpp"

#include <gtest/gtest.h>

namespace sentinel::http {
namespace {

TEST(Text, DecodesPercentAndRefusesZero) {
  EXPECT_EQ(percent_decode("a%20b%2fc", false), "a b/c");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_EQ(percent_decode("a+b", false), "a+b");
  EXPECT_EQ(percent_decode("100%", false), "100%");
  EXPECT_EQ(percent_decode("%zz%4", false), "%zz%4");
  EXPECT_EQ(percent_decode("a%00b", false), std::nullopt);
}

TEST(Text, ParsesQueries) {
  const NameValues expected{{"a", "1"}, {"b", "x y"}, {"flag", ""}, {"a", "2=3"}};
  EXPECT_EQ(parse_query("a=1&b=x+y&&flag&a=2%3d3"), expected);
  EXPECT_EQ(parse_query(""), NameValues{});
  EXPECT_EQ(parse_query("a=%00"), std::nullopt);
}

TEST(Text, SplitsTargets) {
  EXPECT_EQ(split_target("/a/b?x=1").path, "/a/b");
  EXPECT_EQ(split_target("/a/b?x=1").query, "x=1");
  EXPECT_EQ(split_target("http://host:1/a?b").path, "/a");
  EXPECT_EQ(split_target("http://host").path, "/");
  EXPECT_EQ(split_target("*").path, "*");
}

TEST(Text, ReadsWhichCodingsAreTaken) {
  for (const char* yes : {"gzip", "deflate, GZIP", "br;q=1.0, gzip;q=0.001", "*", "identity;q=0, *;q=0.5",
                          "*;q=0, gzip", " gzip ; Q=1"}) {
    EXPECT_TRUE(accepts_coding(yes, "gzip")) << yes;
  }
  for (const char* no :
       {"", "identity", "br", "gzipped", "gzip;q=0", "gzip; q=0.000, *", "*;q=0", ";", "q=1"}) {
    EXPECT_FALSE(accepts_coding(no, "gzip")) << no;
  }
}

TEST(Text, FindsTokensAndCookies) {
  EXPECT_EQ(bearer_token("Bearer abc"), "abc");
  EXPECT_EQ(bearer_token("bearer  abc "), "abc");
  EXPECT_EQ(bearer_token("Basic abc"), "");
  EXPECT_EQ(bearer_token("Bearer"), "");
  EXPECT_EQ(cookie_value("a=1; token=xyz; b=2", "token"), "xyz");
  EXPECT_EQ(cookie_value("mytoken=1", "token"), "");
  EXPECT_TRUE(list_contains("keep-alive, Upgrade", "upgrade"));
  EXPECT_FALSE(list_contains("keep-alive, Upgraded", "upgrade"));
}

}  // namespace
}  // namespace sentinel::http
