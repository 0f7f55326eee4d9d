// The frames of a WebSocket (RFC 6455), without sockets: the server's side of them, without extensions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/unread.hpp"

namespace sentinel::http {

enum class Opcode : std::uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10
};

// Close codes (RFC 6455, 7.4; 4000 to 4999 are ours).
inline constexpr std::uint16_t kCloseNormal = 1000;
inline constexpr std::uint16_t kCloseGoingAway = 1001;
inline constexpr std::uint16_t kCloseProtocolError = 1002;
inline constexpr std::uint16_t kCloseUnsupported = 1003;
inline constexpr std::uint16_t kCloseBadText = 1007;
inline constexpr std::uint16_t kCloseTooLarge = 1009;
inline constexpr std::uint16_t kCloseUnauthenticated = 4401;

// The head of a whole, unmasked frame, as a server sends it: the payload follows as it is, so that one text
// can be sent to many.
struct FrameHead {
  std::array<char, 10> bytes{};
  std::size_t size = 0;
};
FrameHead frame_head(Opcode opcode, std::size_t payload_bytes);
std::string close_payload(std::uint16_t code, std::string_view reason);

struct WsMessage {
  Opcode opcode = Opcode::kText;  // kText, kClose, kPing or kPong
  std::string payload;            // of kClose: empty, or the code's two bytes and a reason
};

// Turns a client's bytes into messages: unmasks, joins fragments, checks UTF-8. Holds at most a message and
// what one receive brought.
class FrameReader {
 public:
  explicit FrameReader(std::size_t message_bytes_max) : message_bytes_max_{message_bytes_max} {}

  void feed(std::string_view bytes) { unread_.append(bytes); }
  // The next whole message; empty when more bytes are needed or failure() is set.
  std::optional<WsMessage> next();
  // 0, or the code to close with: nothing after it can be read.
  std::uint16_t failure() const { return failure_; }

 private:
  struct Frame {
    bool is_final = false;
    Opcode opcode = Opcode::kText;
    std::string payload;
  };
  std::optional<Frame> next_frame();
  std::optional<WsMessage> join(Frame frame);

  const std::size_t message_bytes_max_;
  Unread unread_;
  std::string fragments_;
  bool is_fragmented_ = false;
  std::uint16_t failure_ = 0;
};

bool is_utf8(std::string_view text);
// The value of Sec-WebSocket-Accept for a client's key; empty when the key is none (base64 of 16 bytes).
std::optional<std::string> accept_value(std::string_view key);

}  // namespace sentinel::http
