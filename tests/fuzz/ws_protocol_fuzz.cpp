// Any text as a client's message, and as the headers of its upgrade: what comes out is within its bounds, and
// what is answered can be read.
#include <cstdlib>
#include <string>

#include "http/ws_protocol.hpp"

namespace {

using namespace sentinel;

void require(bool truth) {
  if (!truth) std::abort();
}

json::Value read(const std::string& text) {
  auto parsed = json::parse(text);
  require(std::holds_alternative<json::Value>(parsed));
  return std::get<json::Value>(std::move(parsed));
}

void check_channels(const std::vector<std::string>& channels) {
  require(channels.size() <= http::kWsChannelsMax);
  for (const std::string& name : channels)
    require(!name.empty() && name.size() <= http::kWsChannelNameBytesMax);
  read(http::channels_text("subscribed", channels));
}

void check_message(std::string_view text) {
  const Result<http::ClientMessage> message = http::parse_client_message(text);
  if (!message) {
    read(http::socket_error_text(message.error().message));
  } else if (const auto* ping = std::get_if<http::ws::Ping>(&*message)) {
    const json::Value pong = read(http::pong_text(ping->timestamp));
    require(json::to_text(*pong.find("timestamp")) == json::to_text(ping->timestamp));
  } else if (const auto* subscribe = std::get_if<http::ws::Subscribe>(&*message)) {
    check_channels(subscribe->channels);
    const auto& frames = subscribe->frames;
    require(!frames || (frames->fps > 0 && frames->fps <= http::kWsFpsMax));
  } else if (const auto* unsubscribe = std::get_if<http::ws::Unsubscribe>(&*message)) {
    check_channels(unsubscribe->channels);
  }
}

void check_upgrade(const std::string& text) {
  static const http::Cors cors{{"https://ui.example"}};
  http::Request request;
  request.headers = {{"host", text},
                     {"origin", text},
                     {"authorization", text},
                     {"sec-websocket-protocol", text},
                     {"sec-websocket-version", "13"},
                     {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  for (const bool has_origin : {true, false}) {
    if (!has_origin) request.headers.erase(request.headers.begin() + 1);
    const auto read = http::read_upgrade(request, true, cors);
    if (const auto* upgrade = std::get_if<http::Upgrade>(&read)) {
      require(text.find(upgrade->token) != std::string::npos);
      const std::string head = http::upgrade_reply(*upgrade, "", "");
      require(head.find("\r\n\r\n") == head.size() - 4);  // a client's text splits no reply
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_message(text);
  check_upgrade(std::string{text});
  return 0;
}
