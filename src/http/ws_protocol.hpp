// The messages of a socket, as JSON texts; and what of a client's upgrade request is decided before it is let
// in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/user.hpp"
#include "base/error.hpp"
#include "http/cors.hpp"
#include "http/request.hpp"
#include "json/json.hpp"

namespace sentinel::http {

inline constexpr std::size_t kWsMessageBytesMax = 16 * 1024;
inline constexpr std::size_t kWsChannelsMax = 64;  // of one client
inline constexpr std::size_t kWsChannelNameBytesMax = 128;
inline constexpr double kWsFpsMax = 30.0;

// How a client wants a channel's frames.
struct FrameWish {
  double fps = 5.0;   // above 0, at most kWsFpsMax
  bool boxes = true;  // with what was detected drawn in
  bool operator==(const FrameWish&) const = default;
};

namespace ws {
struct Ping {
  json::Value timestamp;  // given back as it came
};
struct Authenticate {
  std::string token;
};
struct Subscribe {
  std::vector<std::string> channels;
  bool says_frames = false;          // otherwise the server's default holds
  std::optional<FrameWish> frames;   // "frames":null or false: none
  std::optional<std::string> since;  // the last event the client has
};
struct Unsubscribe {
  std::vector<std::string> channels;
};
}  // namespace ws
using ClientMessage = std::variant<ws::Ping, ws::Authenticate, ws::Subscribe, ws::Unsubscribe>;

// kInvalid, with a text for the client, for anything else.
Result<ClientMessage> parse_client_message(std::string_view text);

std::string connected_text(const auth::Caller& caller);
std::string pong_text(const json::Value& timestamp);
std::string channels_text(std::string_view type, const std::vector<std::string>& channels);
std::string missed_text(std::string_view channel, std::uint64_t count);
std::string socket_error_text(std::string_view detail);

// What an upgrade request asks for, checked: RFC 6455 and the Origin. The token, when there is one, comes
// from "Authorization: Bearer" or from "Sec-WebSocket-Protocol: bearer, <token>", never from the URL, which
// logs and histories keep.
struct Upgrade {
  std::string accept;           // for Sec-WebSocket-Accept
  std::string token;            // empty: the first message will bring it
  bool answers_bearer = false;  // the subprotocol "bearer" is to be agreed to
};
// The reply when it is refused: 400, 403 for a foreign origin, 426 for what is no upgrade of version 13.
std::variant<Upgrade, Response> read_upgrade(const Request& request, bool is_upgrade, const Cors& cors);
// The head of the 101 reply.
std::string upgrade_reply(const Upgrade& upgrade, std::string_view date, std::string_view request_id);

}  // namespace sentinel::http
