#include "http/ws_frame.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sentinel::http {
namespace {

constexpr std::string_view kAcceptSalt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t kControlBytesMax = 125;

unsigned byte_at(std::string_view text, std::size_t index) {
  return static_cast<unsigned char>(text[index]);
}

bool is_control(Opcode opcode) {
  return static_cast<unsigned>(opcode) >= 8;
}

bool is_known(unsigned opcode) {
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

}  // namespace

FrameHead frame_head(Opcode opcode, std::size_t payload_bytes) {
  FrameHead head;
  const auto put = [&](std::uint64_t byte) { head.bytes[head.size++] = static_cast<char>(byte & 0xff); };
  put(0x80U | static_cast<unsigned>(opcode));
  if (payload_bytes < 126) {
    put(payload_bytes);
    return head;
  }
  const bool is_long = payload_bytes > 0xffff;
  put(is_long ? 127 : 126);
  for (int shift = is_long ? 56 : 8; shift >= 0; shift -= 8) put(std::uint64_t{payload_bytes} >> shift);
  return head;
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return payload.append(reason.substr(0, kControlBytesMax - 2));
}

std::optional<FrameReader::Frame> FrameReader::next_frame() {
  const std::string_view unread = unread_.view();
  if (failure_ != 0 || unread.size() < 2) return std::nullopt;
  const unsigned first = byte_at(unread, 0);
  const unsigned second = byte_at(unread, 1);
  const bool is_final = (first & 0x80U) != 0;
  const auto opcode = static_cast<Opcode>(first & 0x0fU);
  std::uint64_t length = second & 0x7fU;
  const std::size_t length_bytes = length == 127 ? 8 : length == 126 ? 2 : 0;
  // No extension is agreed on, clients mask, control frames are short and whole.
  const bool is_wrong = (first & 0x70U) != 0 || (second & 0x80U) == 0 || !is_known(first & 0x0fU) ||
                        (is_control(opcode) && (!is_final || length_bytes != 0));
  if (is_wrong) {
    failure_ = kCloseProtocolError;
    return std::nullopt;
  }
  const std::size_t head_bytes = 2 + length_bytes + 4;
  if (unread.size() < head_bytes) return std::nullopt;
  if (length_bytes != 0) length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) length = length << 8U | byte_at(unread, 2 + i);
  if (length > message_bytes_max_ || fragments_.size() + length > message_bytes_max_) {
    failure_ = kCloseTooLarge;
    return std::nullopt;
  }
  if (unread.size() < head_bytes + length) return std::nullopt;
  Frame frame{.is_final = is_final, .opcode = opcode, .payload{unread.substr(head_bytes, length)}};
  for (std::size_t i = 0; i < frame.payload.size(); ++i) {
    frame.payload[i] = static_cast<char>(frame.payload[i] ^ unread[2 + length_bytes + i % 4]);
  }
  unread_.consume(head_bytes + length);
  return frame;
}

std::optional<WsMessage> FrameReader::join(Frame frame) {
  if (is_control(frame.opcode)) return WsMessage{frame.opcode, std::move(frame.payload)};
  const bool continues = frame.opcode == Opcode::kContinuation;
  if (continues != is_fragmented_) {
    failure_ = kCloseProtocolError;
  } else if (frame.opcode == Opcode::kBinary) {
    failure_ = kCloseUnsupported;
  }
  if (failure_ != 0) return std::nullopt;
  fragments_ += frame.payload;
  is_fragmented_ = !frame.is_final;
  if (is_fragmented_) return std::nullopt;
  if (!is_utf8(fragments_)) {
    failure_ = kCloseBadText;
    return std::nullopt;
  }
  return WsMessage{Opcode::kText, std::exchange(fragments_, {})};
}

std::optional<WsMessage> FrameReader::next() {
  while (auto frame = next_frame()) {
    if (auto message = join(std::move(*frame))) return message;
  }
  return std::nullopt;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const unsigned lead = byte_at(text, i);
    const std::size_t more = lead < 0x80        ? 0
                             : lead >> 5U == 6  ? 1
                             : lead >> 4U == 14 ? 2
                             : lead >> 3U == 30 ? 3
                                                : 4;
    if (more == 4 || i + more >= text.size()) return false;
    std::uint32_t code = more == 0 ? lead : lead & (0x3fU >> more);
    for (std::size_t k = 1; k <= more; ++k) {
      const unsigned byte = byte_at(text, i + k);
      if (byte >> 6U != 2) return false;
      code = code << 6U | (byte & 0x3fU);
    }
    constexpr std::array<std::uint32_t, 4> kLeast{0, 0x80, 0x800, 0x10000};
    if (code < kLeast[more] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
    i += more + 1;
  }
  return true;
}

std::optional<std::string> accept_value(std::string_view key) {
  std::array<unsigned char, 64> decoded{};
  if (key.size() != 24 || !key.ends_with("==")) return std::nullopt;
  const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
  if (EVP_DecodeBlock(decoded.data(), bytes, static_cast<int>(key.size())) != 18) return std::nullopt;
  const std::string salted = std::string{key}.append(kAcceptSalt);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(salted.data(), salted.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
    throw std::runtime_error("SHA-1 is not to be had, which WebSocket asks for");
  }
  std::array<unsigned char, 64> encoded{};
  const int length = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(size));
  return std::string{reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(length)};
}

}  // namespace sentinel::http
