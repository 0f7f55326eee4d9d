// For the tests of this folder: a WebSocket client on RawClient.
#pragma once

#include <string>
#include <string_view>

#include "http/test_support.hpp"
#include "http/ws_frame.hpp"

namespace sentinel::http::testing {

inline std::string masked_frame(Opcode opcode, std::string_view payload, bool is_final = true) {
  const FrameHead head = frame_head(opcode, payload.size());
  std::string out{head.bytes.data(), head.size};
  if (!is_final) out[0] = static_cast<char>(out[0] & 0x0f);
  out[1] = static_cast<char>(out[1] | 0x80);
  const std::string mask{"\x12\x34\x56\x78"};
  out += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) out += static_cast<char>(payload[i] ^ mask[i % 4]);
  return out;
}

class WsClient {
 public:
  // `headers` are further lines of the upgrade request, each with its line end.
  WsClient(std::uint16_t port, std::string_view headers, std::string_view first_frames = "") : raw_{port} {
    raw_.send(
        "GET /ws HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        std::string{headers} + "\r\n" + std::string{first_frames});
    handshake_ = raw_.read_reply();
  }
  const Reply& handshake() const { return handshake_; }
  void send(std::string_view text) { raw_.send(masked_frame(Opcode::kText, text)); }
  RawClient& raw() { return raw_; }

  struct Frame {
    Opcode opcode = Opcode::kText;
    std::string payload;
  };
  // Opcode kContinuation when the stream ended.
  Frame read_frame() {
    if (!raw_.fill(2)) return {Opcode::kContinuation, ""};
    const std::string head = raw_.take(2);
    std::size_t length = static_cast<unsigned char>(head[1]);
    const std::size_t more = length == 127 ? 8 : length == 126 ? 2 : 0;
    if (more != 0) {
      raw_.fill(more);
      length = 0;
      for (const char byte : raw_.take(more)) length = length << 8U | static_cast<unsigned char>(byte);
    }
    if (!raw_.fill(length)) return {Opcode::kContinuation, ""};
    return {static_cast<Opcode>(head[0] & 0x0f), raw_.take(length)};
  }
  // The next text; what was read instead, in brackets, when it is none.
  std::string read() {
    const Frame frame = read_frame();
    if (frame.opcode == Opcode::kText) return frame.payload;
    return "[" + std::to_string(static_cast<int>(frame.opcode)) + "]";
  }
  // The code of the close frame that ends the stream, whatever texts come before; 0 when there is none.
  int read_close() {
    for (Frame frame = read_frame(); frame.opcode != Opcode::kContinuation; frame = read_frame()) {
      if (frame.opcode != Opcode::kClose || frame.payload.size() < 2) continue;
      return static_cast<unsigned char>(frame.payload[0]) << 8 | static_cast<unsigned char>(frame.payload[1]);
    }
    return 0;
  }

 private:
  RawClient raw_;
  Reply handshake_;
};

}  // namespace sentinel::http::testing
