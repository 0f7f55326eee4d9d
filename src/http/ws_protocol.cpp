#include "http/ws_protocol.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "http/error_map.hpp"
#include "http/text.hpp"
#include "http/ws_frame.hpp"

namespace sentinel::http {
namespace {

Result<std::vector<std::string>> read_channels(const json::Value& message) {
  const json::Value* value = message.find("channels");
  const json::Array* list = value == nullptr ? nullptr : value->as_array();
  if (list == nullptr) return invalid("channels: a list of names is required");
  if (list->size() > kWsChannelsMax) return invalid(fmt::format("channels: at most {}", kWsChannelsMax));
  std::vector<std::string> channels;
  for (const json::Value& item : *list) {
    const std::string* name = item.as_string();
    if (name == nullptr || name->empty() || name->size() > kWsChannelNameBytesMax) {
      return invalid(fmt::format("channels: a name has 1 to {} characters", kWsChannelNameBytesMax));
    }
    if (std::ranges::find(channels, *name) == channels.end()) channels.push_back(*name);
  }
  return channels;
}

Result<std::optional<FrameWish>> read_frames(const json::Value& frames) {
  if (frames.is_null()) return std::optional<FrameWish>{};
  if (const bool* wanted = frames.as_bool()) return *wanted ? std::optional{FrameWish{}} : std::nullopt;
  if (frames.as_object() == nullptr) return invalid("frames: an object, true or false");
  FrameWish wish;
  if (const json::Value* fps = frames.find("fps")) {
    if (fps->as_int() == nullptr && fps->as_double() == nullptr) return invalid("frames.fps: a number");
    wish.fps = fps->as_int() != nullptr ? static_cast<double>(*fps->as_int()) : *fps->as_double();
    if (!(wish.fps > 0.0) || wish.fps > kWsFpsMax) {
      return invalid(fmt::format("frames.fps: above 0 and at most {}", kWsFpsMax));
    }
  }
  if (const json::Value* boxes = frames.find("boxes")) {
    if (boxes->as_bool() == nullptr) return invalid("frames.boxes: true or false");
    wish.boxes = *boxes->as_bool();
  }
  return std::optional{wish};
}

Result<ClientMessage> read_subscribe(const json::Value& message) {
  ws::Subscribe subscribe;
  auto channels = read_channels(message);
  if (!channels) return channels.error();
  subscribe.channels = std::move(*channels);
  if (const json::Value* frames = message.find("frames")) {
    auto wish = read_frames(*frames);
    if (!wish) return wish.error();
    subscribe.says_frames = true;
    subscribe.frames = *wish;
  }
  if (const json::Value* since = message.find("since"); since != nullptr && !since->is_null()) {
    if (since->as_string() == nullptr) return invalid("since: the id of an event");
    subscribe.since = *since->as_string();
  }
  return ClientMessage{std::move(subscribe)};
}

Response upgrade_required() {
  Response response = detail_response(426, "This is a WebSocket: upgrade to version 13");
  response.headers.emplace_back("Upgrade", "websocket");
  response.headers.emplace_back("Sec-WebSocket-Version", "13");
  return response;
}

}  // namespace

Result<ClientMessage> parse_client_message(std::string_view text) {
  const auto parsed = json::parse(text);
  const auto* message = std::get_if<json::Value>(&parsed);
  if (message == nullptr) return invalid("Invalid JSON: " + std::get<json::ParseError>(parsed).message);
  const json::Value* type = message->find("type");
  const std::string* name = type == nullptr ? nullptr : type->as_string();
  if (name == nullptr) return invalid("type: a string is required");
  if (*name == "ping") {
    const json::Value* timestamp = message->find("timestamp");
    // Numbers and short texts alone: the answer is no way to make the server write much.
    const bool fits =
        timestamp != nullptr && timestamp->as_array() == nullptr && timestamp->as_object() == nullptr;
    return ClientMessage{ws::Ping{fits ? *timestamp : json::Value{}}};
  }
  if (*name == "auth") {
    const json::Value* token = message->find("token");
    if (token == nullptr || token->as_string() == nullptr) return invalid("token: a string is required");
    return ClientMessage{ws::Authenticate{*token->as_string()}};
  }
  if (*name == "subscribe") return read_subscribe(*message);
  if (*name == "unsubscribe") {
    auto channels = read_channels(*message);
    if (!channels) return channels.error();
    return ClientMessage{ws::Unsubscribe{std::move(*channels)}};
  }
  return invalid("type: one of auth, ping, subscribe, unsubscribe");
}

std::string connected_text(const auth::Caller& caller) {
  json::Value user;
  user["id"] = caller.user_id;
  user["username"] = caller.username;
  user["role"] = auth::to_text(caller.role);
  json::Value message;
  message["type"] = "connected";
  message["user"] = std::move(user);
  return json::to_text(message);
}

std::string pong_text(const json::Value& timestamp) {
  json::Value message;
  message["type"] = "pong";
  message["timestamp"] = timestamp;
  return json::to_text(message);
}

std::string channels_text(std::string_view type, const std::vector<std::string>& channels) {
  json::Value message;
  message["type"] = type;
  message["channels"] = json::Array(channels.begin(), channels.end());
  return json::to_text(message);
}

std::string missed_text(std::string_view channel, std::uint64_t count) {
  json::Value message;
  message["type"] = "missed";
  message["channel"] = channel;
  message["count"] = static_cast<std::int64_t>(count);
  return json::to_text(message);
}

std::string socket_error_text(std::string_view detail) {
  json::Value message;
  message["type"] = "error";
  message["detail"] = detail;
  return json::to_text(message);
}

std::variant<Upgrade, Response> read_upgrade(const Request& request, bool is_upgrade, const Cors& cors) {
  const std::string* version = request.header("sec-websocket-version");
  if (!is_upgrade || request.method != Method::kGet || version == nullptr || *version != "13") {
    return upgrade_required();
  }
  if (!cors.may_open_socket(request)) return detail_response(403, "Disallowed origin");
  const std::string* key = request.header("sec-websocket-key");
  auto accept = key == nullptr ? std::nullopt : accept_value(*key);
  if (!accept) return detail_response(400, "Sec-WebSocket-Key: base64 of 16 bytes is required");
  Upgrade upgrade{.accept = std::move(*accept), .token = {}, .answers_bearer = false};
  if (const std::string* protocols = request.header("sec-websocket-protocol")) {
    for_each_element(*protocols, [&](std::string_view element) {
      if (upgrade.answers_bearer && upgrade.token.empty()) upgrade.token = element;
      upgrade.answers_bearer = upgrade.answers_bearer || element == "bearer";
    });
  }
  if (const std::string* header = request.header("authorization")) {
    // Another scheme, as a browser or a proxy may add, says nothing about this token.
    if (const std::string_view token = bearer_token(*header); !token.empty()) upgrade.token = token;
  }
  return upgrade;
}

std::string upgrade_reply(const Upgrade& upgrade, std::string_view date, std::string_view request_id) {
  return fmt::format(
      "HTTP/1.1 101 Switching Protocols\r\nServer: sentinel\r\nDate: {}\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n{}X-Request-Id: {}\r\n\r\n",
      date, upgrade.accept, upgrade.answers_bearer ? "Sec-WebSocket-Protocol: bearer\r\n" : "", request_id);
}

}  // namespace sentinel::http
