// Any bytes as a client's frames, whole and one at a time: the same messages come out, and the limits hold.
#include <cstdlib>
#include <string>

#include "http/ws_frame.hpp"

namespace {

using namespace sentinel::http;
constexpr std::size_t kMessageBytesMax = 200;

void require(bool truth) {
  if (!truth) std::abort();
}

// What was read, as one text. `step` bytes arrive at a time.
std::string read_all(std::string_view bytes, std::size_t step) {
  FrameReader reader{kMessageBytesMax};
  std::string seen;
  while (!bytes.empty() && reader.failure() == 0) {
    reader.feed(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
    while (const auto message = reader.next()) {
      require(message->payload.size() <= kMessageBytesMax);
      require(message->opcode != Opcode::kText || is_utf8(message->payload));
      seen += std::to_string(static_cast<int>(message->opcode)) + message->payload + '\n';
    }
  }
  return seen + std::to_string(reader.failure());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  require(read_all(bytes, bytes.size()) == read_all(bytes, 1));
  (void)accept_value(bytes);
  return 0;
}
