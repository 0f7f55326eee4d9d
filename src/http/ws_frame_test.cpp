#include "http/ws_frame.hpp"

#include <gtest/gtest.h>

#include "http/ws_test_client.hpp"

namespace sentinel::http {
namespace {

using testing::masked_frame;

TEST(WsFrame, WritesHeadsOfEachLength) {
  const auto head = [](std::size_t bytes) {
    const FrameHead h = frame_head(Opcode::kText, bytes);
    return std::string{h.bytes.data(), h.size};
  };
  EXPECT_EQ(head(5), "\x81\x05");
  EXPECT_EQ(head(126), std::string("\x81\x7e\x00\x7e", 4));
  EXPECT_EQ(head(65535), std::string("\x81\x7e\xff\xff", 4));
  EXPECT_EQ(head(65536), std::string("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
}

TEST(WsFrame, AnswersTheKeyOfTheStandardsExample) {
  EXPECT_EQ(accept_value("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(accept_value("short"), std::nullopt);
  EXPECT_EQ(accept_value("dGhlIHNhbXBsZSBub25jZQAA"), std::nullopt);
}

TEST(WsFrame, ReadsMessagesByteByByteAndJoinsFragments) {
  const std::string bytes = masked_frame(Opcode::kText, "hel", false) + masked_frame(Opcode::kPing, "p") +
                            masked_frame(Opcode::kContinuation, "lo") +
                            masked_frame(Opcode::kText, std::string(300, 'x'));
  FrameReader reader{1024};
  std::vector<WsMessage> messages;
  for (const char byte : bytes) {
    reader.feed({&byte, 1});
    while (auto message = reader.next()) messages.push_back(std::move(*message));
  }
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[0].opcode, Opcode::kPing);
  EXPECT_EQ(messages[1].payload, "hello");
  EXPECT_EQ(messages[2].payload.size(), 300U);
  EXPECT_EQ(reader.failure(), 0);
}

TEST(WsFrame, RefusesWhatTheStandardForbids) {
  const auto failure_of = [](const std::string& bytes) {
    FrameReader reader{100};
    reader.feed(bytes);
    while (reader.next()) {
    }
    return reader.failure();
  };
  std::string reserved = masked_frame(Opcode::kText, "a");
  reserved[0] = static_cast<char>(reserved[0] | 0x40);
  EXPECT_EQ(failure_of("\x81\x01x"), kCloseProtocolError);  // not masked
  EXPECT_EQ(failure_of(reserved), kCloseProtocolError);
  EXPECT_EQ(failure_of(masked_frame(Opcode::kContinuation, "a")), kCloseProtocolError);
  EXPECT_EQ(failure_of(masked_frame(Opcode::kText, "a", false) + masked_frame(Opcode::kText, "b")),
            kCloseProtocolError);
  EXPECT_EQ(failure_of(masked_frame(Opcode::kPing, "a", false)), kCloseProtocolError);
  EXPECT_EQ(failure_of(masked_frame(static_cast<Opcode>(5), "a")), kCloseProtocolError);
  EXPECT_EQ(failure_of(masked_frame(Opcode::kBinary, "a")), kCloseUnsupported);
  EXPECT_EQ(failure_of(masked_frame(Opcode::kText, "\xff")), kCloseBadText);
  EXPECT_EQ(failure_of(masked_frame(Opcode::kText, std::string(101, 'x'))), kCloseTooLarge);
  EXPECT_EQ(failure_of(masked_frame(Opcode::kText, std::string(60, 'x'), false) +
                       masked_frame(Opcode::kContinuation, std::string(60, 'x'))),
            kCloseTooLarge);
}

TEST(WsFrame, KnowsUtf8) {
  for (const char* good : {"", "a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"})
    EXPECT_TRUE(is_utf8(good));
  for (const char* bad : {"\x80", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

}  // namespace
}  // namespace sentinel::http
