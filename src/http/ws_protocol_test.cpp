#include "http/ws_protocol.hpp"

#include <gtest/gtest.h>

namespace sentinel::http {
namespace {

TEST(WsProtocol, ReadsWhatClientsSay) {
  const auto ping = parse_client_message(R"({"type":"ping","timestamp":1.5})");
  EXPECT_EQ(pong_text(std::get<ws::Ping>(*ping).timestamp), R"({"type":"pong","timestamp":1.5})");
  const auto subscribe = parse_client_message(
      R"({"type":"subscribe","channels":["a","b","a"],"frames":{"fps":2,"boxes":false},"since":"evt_1"})");
  const auto& wish = std::get<ws::Subscribe>(*subscribe);
  EXPECT_EQ(wish.channels, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(wish.says_frames);
  EXPECT_EQ(wish.frames, (FrameWish{2.0, false}));
  EXPECT_EQ(wish.since, "evt_1");
  const auto none = parse_client_message(R"({"type":"subscribe","channels":[],"frames":null})");
  EXPECT_TRUE(std::get<ws::Subscribe>(*none).says_frames);
  EXPECT_EQ(std::get<ws::Subscribe>(*none).frames, std::nullopt);
  EXPECT_EQ(std::get<ws::Authenticate>(*parse_client_message(R"({"type":"auth","token":"t"})")).token, "t");
}

TEST(WsProtocol, RefusesTheRest) {
  for (const char* bad :
       {"", "[]", "{", "{}", R"({"type":1})", R"({"type":"dance"})", R"({"type":"auth"})",
        R"({"type":"subscribe"})", R"({"type":"subscribe","channels":"a"})",
        R"({"type":"subscribe","channels":[1]})", R"({"type":"subscribe","channels":[""]})",
        R"({"type":"subscribe","channels":["a"],"frames":5})",
        R"({"type":"subscribe","channels":["a"],"frames":{"fps":0}})",
        R"({"type":"subscribe","channels":["a"],"frames":{"fps":31}})",
        R"({"type":"subscribe","channels":["a"],"since":7})", R"({"type":"unsubscribe"})"}) {
    const auto message = parse_client_message(bad);
    EXPECT_FALSE(message.has_value()) << bad;
    EXPECT_EQ(message.error().kind, ErrorKind::kInvalid) << bad;
  }
}

Request upgrade_request(NameValues more) {
  Request request;
  request.headers = {
      {"host", "t"}, {"sec-websocket-version", "13"}, {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  request.headers.insert(request.headers.end(), more.begin(), more.end());
  return request;
}

TEST(WsProtocol, FindsTheTokenOfAnUpgrade) {
  const Cors cors{{}};
  const auto token_of = [&](NameValues headers) {
    return std::get<Upgrade>(read_upgrade(upgrade_request(std::move(headers)), true, cors));
  };
  EXPECT_EQ(token_of({{"authorization", "Bearer t"}}).token, "t");
  EXPECT_FALSE(token_of({{"authorization", "Bearer t"}}).answers_bearer);
  EXPECT_EQ(token_of({{"sec-websocket-protocol", "bearer, t"}}).token, "t");
  EXPECT_TRUE(token_of({{"sec-websocket-protocol", "bearer,t"}}).answers_bearer);
  EXPECT_EQ(token_of({}).token, "");
  EXPECT_EQ(token_of({{"authorization", "Basic eDp5"}, {"sec-websocket-protocol", "bearer, t"}}).token, "t");
  EXPECT_EQ(token_of({{"authorization", "Bearer u"}, {"sec-websocket-protocol", "bearer, t"}}).token, "u");
}

TEST(WsProtocol, RefusesUpgradesThatAreNone) {
  const Cors cors{{}};
  const auto status_of_refusal = [&](const Request& request, bool is_upgrade) {
    return std::get<Response>(read_upgrade(request, is_upgrade, cors)).status;
  };
  EXPECT_EQ(status_of_refusal(upgrade_request({}), false), 426);
  EXPECT_EQ(status_of_refusal(upgrade_request({{"origin", "https://evil.example"}}), true), 403);
  Request no_key = upgrade_request({});
  no_key.headers.pop_back();
  EXPECT_EQ(status_of_refusal(no_key, true), 400);
}

}  // namespace
}  // namespace sentinel::http
