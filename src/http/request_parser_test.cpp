#include "http/request_parser.hpp"

#include <gtest/gtest.h>

#include <optional>
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

TEST(RequestParser, ReadsChunksByteByByte) {
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string body : {"0\r\n\r\n", "0\r\nT: x\r\n\r\n", "1\r\na\r\n0\r\n\r\n"}) {
    RequestParser parser{{}};
    std::string unread;
    for (const char byte : head + body) {
      EXPECT_NE(parser.state(), State::kDone);
      unread += byte;
      unread.erase(0, parser.feed(unread));
    }
    EXPECT_EQ(parser.state(), State::kDone) << body;
    EXPECT_EQ(unread, "");
  }
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
  const auto with = [](const std::string& headers, const std::string& version = "1.1") {
    return failure_of("POST / HTTP/" + version + "\r\nHost: a\r\n" + headers + "\r\n2\r\nab\r\n0\r\n\r\n");
  };
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const std::string two = "Content-Length: 2\r\n";
  EXPECT_EQ(with(chunked), 0);
  EXPECT_EQ(with("Transfer-Encoding: CHUNKED\r\n"), 0);
  EXPECT_EQ(with(two), 0);
  EXPECT_EQ(with(two + two), 400);
  EXPECT_EQ(with(two + chunked), 400);
  EXPECT_EQ(with(chunked + two), 400);
  EXPECT_EQ(with("Transfer-Encoding: gzip\r\n" + two), 400);
  EXPECT_EQ(with(two + "Transfer-Encoding: gzip\r\n"), 400);
  for (const char* odd : {"2, 2", "2,", "+2", "-2", "0x2", "", "two", "99999999999999999999"}) {
    EXPECT_EQ(with("Content-Length: " + std::string{odd} + "\r\n"), 400) << odd;
  }
  EXPECT_EQ(with(chunked, "1.0"), 400);
  EXPECT_EQ(with(chunked + chunked), 400);
  EXPECT_EQ(with("Transfer-Encoding: gzip\r\n" + chunked), 400);
  for (const char* other : {"xchunked", "gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked",
                            "identity", "chunked;q=1", "\"chunked\"", "chun ked", ""}) {
    EXPECT_EQ(with("Transfer-Encoding: " + std::string{other} + "\r\n"), 501) << other;
    EXPECT_EQ(with("Transfer-Encoding: " + std::string{other} + "\r\n\r\nno chunk"), 501) << other;
  }
}

// Feeds pieces until one makes the request fail; empty when none of them does.
template <class Piece>
std::optional<int> failure_within(const std::string& begin, std::size_t pieces, Piece piece) {
  RequestParser parser{{.header_bytes_max = 512, .body_bytes_max = 1024}};
  std::string unread = begin;
  for (std::size_t i = 0; i < pieces; ++i) {
    unread.erase(0, parser.feed(unread));
    if (parser.state() == State::kFailed) return parser.failure_status();
    unread += piece(i);
  }
  return std::nullopt;
}

TEST(RequestParser, BoundsAllThatIsNoBody) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto xs = [](std::size_t) { return std::string(20, 'x'); };
  EXPECT_EQ(failure_within(head + "2;", 100, xs), 431);
  EXPECT_EQ(failure_within(head + "0;", 100, xs), 431);
  EXPECT_EQ(failure_within(head + "0\r\nTrailer: ", 100, xs), 431);
  EXPECT_EQ(
      failure_within(head + "0\r\n", 100, [](std::size_t i) { return "T" + std::to_string(i) + ": x\r\n"; }),
      431);
  EXPECT_EQ(failure_within(head, 100, [](std::size_t) { return "1;extension=17\r\nx\r\n"; }), 431);
  EXPECT_EQ(failure_within(head, 100, [](std::size_t) { return "1\r\nx\r\n"; }), std::nullopt);
  EXPECT_EQ(failure_within("POST / HTTP/1.1\r\nHost: a\r\n", 100,
                           [](std::size_t i) { return "H" + std::to_string(i) + ": x\r\n"; }),
            431);
  EXPECT_EQ(failure_of(head + "0\r\nT: " + std::string(500, 'x') + "\r\n\r\n"), 431);
}

TEST(RequestParser, KeepsTrailersOutOfTheHeaders) {
  RequestParser parser{{}};
  parser.feed(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: x\r\n\r\n");
  EXPECT_EQ(parser.state(), State::kDone);
  EXPECT_EQ(parser.request().header("authorization"), nullptr);
}

TEST(RequestParser, TakesTheLimitOfARoute) {
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  const auto failure_with_limit = [&](const std::string& rest, std::size_t limit,
                                      const std::string& more = "") {
    RequestParser parser{{}};
    std::string unread = post + rest;
    unread.erase(0, parser.feed(unread));
    parser.limit_body(limit);
    if (parser.state() == State::kBody) parser.feed(unread + more);
    return parser.failure_status();
  };
  EXPECT_EQ(failure_with_limit("Content-Length: 5\r\n\r\n", 4), 413);
  EXPECT_EQ(failure_with_limit("Content-Length: 5\r\n\r\nhel", 4), 413);
  EXPECT_EQ(failure_with_limit("Content-Length: 5\r\n\r\nhello", 4), 413);
  EXPECT_EQ(failure_with_limit("Content-Length: 5\r\n\r\nhello", 5), 0);
  EXPECT_EQ(failure_with_limit("Content-Length: 5\r\n\r\nhe", 5, "llo"), 0);
  const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(failure_with_limit(chunked + "5\r\nhello\r\n", 4), 413);
  EXPECT_EQ(failure_with_limit(chunked, 4, "5\r\nhello\r\n"), 413);
  EXPECT_EQ(failure_with_limit(chunked + "3\r\nhel\r\n", 4, "2\r\nlo\r\n"), 413);
  EXPECT_EQ(failure_with_limit(chunked + "3\r\nhel\r\n", 5, "2\r\nlo\r\n"), 0);
}

}  // namespace
}  // namespace sentinel::http
