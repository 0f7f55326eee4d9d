#include "http/request_parser.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sentinel::http {
namespace {

using State = RequestParser::State;

int failure_of(const std::string& bytes) {
  RequestParser parser{{.header_bytes_max = 512, .body_bytes_max = 32}};
  parser.feed(bytes);
  return parser.failure_status();
}

TEST(RequestParser, ReadsARequestByteByByte) {
  const std::string text =
      "POST /a%20b/c?x=1&y=%2F HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX-One:  two \r\n\r\nhelloGET";
  RequestParser parser{{}};
  std::string unread;
  std::size_t given = 0;
  while (parser.state() != State::kDone && given < text.size()) {
    unread += text[given++];
    unread.erase(0, parser.feed(unread));
  }
  ASSERT_EQ(parser.state(), State::kDone);
  EXPECT_EQ(text.substr(given), "GET");
  const Request& request = parser.request();
  EXPECT_EQ(request.method, Method::kPost);
  EXPECT_EQ(request.path, "/a b/c");
  EXPECT_EQ(request.query, (NameValues{{"x", "1"}, {"y", "/"}}));
  EXPECT_EQ(*request.header("x-one"), "two");
  EXPECT_EQ(request.body, "hello");
  EXPECT_TRUE(parser.keep_alive());
}

TEST(RequestParser, LeavesThePipelinedRestAlone) {
  const std::string one = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  RequestParser parser{{}};
  EXPECT_EQ(parser.feed(one + one), one.size());
  EXPECT_EQ(parser.state(), State::kDone);
  parser.reset();
  EXPECT_EQ(parser.state(), State::kHead);
  EXPECT_EQ(parser.feed(one), one.size());
  EXPECT_EQ(parser.state(), State::kDone);
}

TEST(RequestParser, ReadsChunks) {
  RequestParser parser{{}};
  parser.feed(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(parser.state(), State::kDone);
  EXPECT_EQ(parser.request().body, "abcde");
}

TEST(RequestParser, RefusesWhatIsNoRequestOfOurs) {
  EXPECT_EQ(failure_of("hello\r\n\r\n"), 400);
  EXPECT_EQ(failure_of("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(failure_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  EXPECT_EQ(failure_of("GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(failure_of("GET / HTTP/1.1\r\nHost : a\r\n\r\n"), 400);
  EXPECT_EQ(failure_of("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"), 501);
  EXPECT_EQ(failure_of("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"), 501);
  EXPECT_EQ(failure_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(failure_of("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(600, 'x') + "\r\n\r\n"), 431);
  EXPECT_EQ(failure_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 33\r\n\r\n"), 413);
  EXPECT_EQ(failure_of("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n21\r\n" +
                       std::string(33, 'x') + "\r\n0\r\n\r\n"),
            413);
}

TEST(RequestParser, RefusesTwoWordsOnTheLengthOfABody) {
  EXPECT_EQ(failure_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
            400);
  EXPECT_EQ(
      failure_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"),
      400);
}

}  // namespace
}  // namespace sentinel::http
