#include "http/hub.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <future>
#include <thread>

#include "base/bounded_queue.hpp"
#include "http/server.hpp"
#include "http/ws_test_client.hpp"

namespace sentinel::http {
namespace {

using testing::FakeAuthenticator;
using testing::WsClient;

constexpr const char* kAsViewer = "Authorization: Bearer viewer\r\n";
constexpr const char* kConnected =
    R"({"type":"connected","user":{"id":1,"username":"vera","role":"viewer"}})";

class FakePolicy final : public HubPolicy {
 public:
  bool may_subscribe(const auth::Caller& caller, std::string_view channel) override {
    return channel != "secret" || caller.has(auth::Role::kAdmin);
  }
  void on_frame_demand(const std::string& channel, bool boxes, double fps) override {
    demand_.with([&](auto& demand) { demand[channel + (boxes ? "+boxes" : "")] = fps; });
  }
  bool may_receive(const auth::Caller& caller, std::string_view subject) override {
    return subject != "locked" || caller.has(auth::Role::kAdmin);
  }
  Result<Replay> replay(const auth::Caller& caller, const std::string& channel,
                        std::string_view since) override {
    ++replays_;
    if (since == "nothing") return invalid("since: names nothing");
    if (since == "broken") throw std::runtime_error("the store is away");
    return Replay{.texts = {std::make_shared<const std::string>(
                      "replay of " + channel + " after " + std::string{since} + " for " + caller.username)},
                  .beyond = since == "long ago" ? 7U : 0U};
  }
  int replays() const { return replays_; }
  double demand(const std::string& key) {
    return demand_.with([&](auto& demand) { return demand[key]; });
  }

 private:
  Guarded<std::map<std::string, double>> demand_;
  std::atomic<int> replays_ = 0;
};

SharedText text(std::string value) {
  return std::make_shared<const std::string>(std::move(value));
}

// Waits for what another thread will do, with a bound: there is no one to tell us.
template <class Condition>
bool comes_true(Condition condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return false;
}

class HubTest : public ::testing::Test {
 protected:
  std::uint16_t start() {
    ServerConfig config;
    config.port = 0;
    config.threads = 2;
    config.idle_timeout = std::chrono::milliseconds{100};  // a fine tick
    config.cors_origins = {"https://ui.example"};
    hub_ = std::make_unique<Hub>(hub_config_, users_, policy_, clock_,
                                 [this](std::function<void()> job) { return defer_(std::move(job)); });
    server_ = std::make_unique<Server>(config, router_, users_, clock_, hub_.get());
    EXPECT_TRUE(server_->start());
    return server_->port();
  }

  // Subscribes to "a", asking for what came since.
  static void ask_since(WsClient& client, const std::string& since) {
    client.send(R"({"type":"subscribe","channels":["a"],"since":")" + since + "\"}");
    EXPECT_EQ(client.read(), R"({"type":"subscribed","channels":["a"]})");
  }

  HubConfig hub_config_;
  Defer defer_ = [](const std::function<void()>& job) {
    job();
    return true;
  };
  Router router_;
  FakeAuthenticator users_;
  FakePolicy policy_;
  SystemClock clock_;
  std::unique_ptr<Hub> hub_;
  std::unique_ptr<Server> server_;
};

TEST_F(HubTest, AuthenticatesByHeaderProtocolOrFirstMessage) {
  const std::uint16_t port = start();
  WsClient by_header{port, kAsViewer};
  EXPECT_EQ(by_header.handshake().status, 101);
  EXPECT_TRUE(by_header.handshake().has("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
  EXPECT_EQ(by_header.read(), kConnected);
  WsClient by_protocol{port, "Sec-WebSocket-Protocol: bearer, viewer\r\n"};
  EXPECT_TRUE(by_protocol.handshake().has("Sec-WebSocket-Protocol: bearer\r\n"));
  EXPECT_EQ(by_protocol.read(), kConnected);
  WsClient by_message{port, ""};
  by_message.send(R"({"type":"subscribe","channels":["a"]})");
  EXPECT_EQ(by_message.read(), R"({"type":"error","detail":"Not authenticated"})");
  by_message.send(R"({"type":"auth","token":"viewer"})");
  EXPECT_EQ(by_message.read(), kConnected);
  EXPECT_EQ(hub_->stats().connections, 3U);
}

TEST_F(HubTest, RefusesWrongTokensAndForeignOrigins) {
  const std::uint16_t port = start();
  EXPECT_EQ((WsClient{port, "Authorization: Bearer nobody\r\n"}.handshake().status), 401);
  EXPECT_EQ(
      (WsClient{port, "Origin: https://evil.example\r\nAuthorization: Bearer viewer\r\n"}.handshake().status),
      403);
  EXPECT_EQ((WsClient{port, "Origin: http://t\r\nAuthorization: Bearer viewer\r\n"}.handshake().status), 101);
  EXPECT_EQ((WsClient{port, "Origin: https://ui.example\r\n"}.handshake().status), 101);
  testing::RawClient plain{port};
  EXPECT_EQ(plain.ask("GET /ws HTTP/1.1\r\nHost: t\r\n\r\n").status, 426);
  WsClient wrong{port, ""};
  wrong.send(R"({"type":"auth","token":"nobody"})");
  EXPECT_EQ(wrong.read(), R"({"type":"error","detail":"Could not validate credentials"})");
  EXPECT_EQ(wrong.read_close(), kCloseUnauthenticated);
}

TEST_F(HubTest, AnswersMessagesThatCameWithTheUpgrade) {
  WsClient client{start(), kAsViewer,
                  testing::masked_frame(Opcode::kText, R"({"type":"ping","timestamp":7})")};
  EXPECT_EQ(client.read(), kConnected);
  EXPECT_EQ(client.read(), R"({"type":"pong","timestamp":7})");
  client.send("{");
  EXPECT_TRUE(client.read().starts_with(R"({"type":"error","detail":"Invalid JSON)"));
  client.raw().send(testing::masked_frame(Opcode::kPing, "abc"));
  const auto pong = client.read_frame();
  EXPECT_EQ(pong.opcode, Opcode::kPong);
  EXPECT_EQ(pong.payload, "abc");
  client.raw().send(testing::masked_frame(Opcode::kClose, close_payload(kCloseNormal, "")));
  EXPECT_EQ(client.read_close(), kCloseNormal);
  EXPECT_TRUE(comes_true([&] { return hub_->stats().connections == 0; }));
}

TEST_F(HubTest, DeliversToSubscribersAlone) {
  const std::uint16_t port = start();
  WsClient one{port, kAsViewer};
  WsClient other{port, kAsViewer};
  one.read();
  other.read();
  one.send(R"({"type":"subscribe","channels":["a","secret"],"since":"e1"})");
  EXPECT_EQ(one.read(), R"({"type":"error","detail":"channel secret: unknown, or not for this user"})");
  EXPECT_EQ(one.read(), R"({"type":"subscribed","channels":["a"]})");
  EXPECT_EQ(one.read(), "replay of a after e1 for vera");
  other.send(R"({"type":"subscribe","channels":["b"]})");
  EXPECT_EQ(other.read(), R"({"type":"subscribed","channels":["b"]})");
  hub_->publish("a", "", text("for a"), Delivery::kEvent);
  hub_->publish("secret", "", text("for nobody"), Delivery::kEvent);
  hub_->publish("b", "", text("for b"), Delivery::kEvent);
  EXPECT_EQ(one.read(), "for a");
  EXPECT_EQ(other.read(), "for b");
  one.send(R"({"type":"unsubscribe","channels":["a"]})");
  EXPECT_EQ(one.read(), R"({"type":"unsubscribed","channels":["a"]})");
  hub_->publish("a", "", text("too late"), Delivery::kEvent);
  one.send(R"({"type":"ping","timestamp":1})");
  EXPECT_EQ(one.read(), R"({"type":"pong","timestamp":1})");
}

TEST_F(HubTest, ReplaysWhileTheLoopGoesOn) {
  BoundedQueue<std::function<void()>> jobs{8, Overflow::kRefuse};
  defer_ = [&](std::function<void()> job) { return jobs.push(std::move(job)) == PushOutcome::kAccepted; };
  WsClient client{start(), kAsViewer};
  client.read();
  ask_since(client, "long ago");
  hub_->publish("a", "", text("meanwhile"), Delivery::kEvent);
  client.send(R"({"type":"ping","timestamp":1})");
  EXPECT_EQ(client.read(), R"({"type":"pong","timestamp":1})") << "nothing newer before the replay";
  ask_since(client, "e2");
  EXPECT_EQ(client.read(),
            R"({"type":"error","detail":"since: the one before is still being answered, try again"})");
  (*jobs.pop({}))();
  EXPECT_EQ(client.read(), R"({"type":"missed","channel":"a","count":7})");
  EXPECT_EQ(client.read(), "replay of a after long ago for vera");
  EXPECT_EQ(client.read(), "meanwhile");
  EXPECT_EQ(jobs.size(), 0U);
  ask_since(client, "e3");
  (*jobs.pop({}))();
  EXPECT_EQ(client.read(), "replay of a after e3 for vera");
}

TEST_F(HubTest, SaysWhyItCannotReplay) {
  std::atomic<bool> is_full = false;
  defer_ = [&](const std::function<void()>& job) {
    if (is_full) return false;
    job();
    return true;
  };
  const std::uint16_t port = start();
  WsClient client{port, kAsViewer};
  client.read();
  ask_since(client, "nothing");
  EXPECT_EQ(client.read(), R"({"type":"error","detail":"since: names nothing"})");
  ask_since(client, "broken");
  EXPECT_EQ(client.read(),
            R"({"type":"error","detail":"since: what was missed cannot be told now, try again"})");
  is_full = true;
  WsClient other{port, kAsViewer};
  other.read();
  ask_since(other, "e1");
  EXPECT_EQ(other.read(), R"({"type":"error","detail":"since: the server is busy, try again"})");
  hub_->publish("a", "", text("live"), Delivery::kEvent);
  EXPECT_EQ(client.read(), "live");
  EXPECT_EQ(other.read(), "live");
}

TEST_F(HubTest, ReplaysNothingToAClientThatLeft) {
  BoundedQueue<std::function<void()>> jobs{8, Overflow::kRefuse};
  defer_ = [&](std::function<void()> job) { return jobs.push(std::move(job)) == PushOutcome::kAccepted; };
  const std::uint16_t port = start();
  {
    WsClient client{port, kAsViewer};
    client.read();
    ask_since(client, "e1");
  }
  server_->stop();
  EXPECT_EQ(hub_->stats().connections, 1U) << "so that no more answers wait than there are places";
  (*jobs.pop({}))();
  EXPECT_EQ(policy_.replays(), 0);
  EXPECT_EQ(hub_->stats().connections, 0U);
}

TEST_F(HubTest, TellsAClientThatDoesNotReadWhatItMissed) {
  WsClient client{start(), kAsViewer};
  client.read();
  client.send(R"({"type":"subscribe","channels":["a"],"frames":null})");
  client.read();
  const std::string filling(64 * 1024, 'x');
  std::uint64_t published = 0;
  while (hub_->stats().events_missed < 10 && published < 10'000) {
    hub_->publish("a", "", text(std::to_string(published++) + ":" + filling), Delivery::kEvent);
  }
  const std::uint64_t missed = hub_->stats().events_missed;
  ASSERT_GE(missed, 10U);
  std::uint64_t read = 0;
  std::uint64_t told = 0;
  std::uint64_t expected = 0;
  while (read + told < published) {
    const std::string message = client.read();
    ASSERT_FALSE(message.starts_with("["));
    if (message.starts_with(R"({"type":"missed","channel":"a","count":)")) {
      told += std::stoul(message.substr(message.rfind(':') + 1));
      expected = read + told;
    } else {
      EXPECT_EQ(std::stoul(message), expected++);
      ++read;
    }
  }
  EXPECT_EQ(told, missed);
}

TEST_F(HubTest, KeepsTheLatestFrameForAClientThatDoesNotRead) {
  WsClient client{start(), kAsViewer};
  client.read();
  client.send(R"({"type":"subscribe","channels":["cam"],"frames":{"fps":30,"boxes":true}})");
  client.read();
  const std::string filling(1024 * 1024, 'x');
  int published = 0;
  const bool dropped = comes_true([&] {
    hub_->publish("cam", "", text(std::to_string(published++) + ":" + filling), Delivery::kFrameWithBoxes);
    return hub_->stats().frames_dropped >= 3;
  });
  ASSERT_TRUE(dropped);
  hub_->publish("cam", "", text("not of this kind"), Delivery::kFrame);
  client.send(R"({"type":"ping","timestamp":1})");
  int frames = 0;
  int last = -1;
  for (bool ponged = false; !ponged || last < 0;) {
    const std::string message = client.read();
    ASSERT_FALSE(message.starts_with("["));
    ponged = ponged || message.find("pong") != std::string::npos;
    if (message.find("pong") == std::string::npos) {
      EXPECT_GT(std::stoi(message), last);
      last = std::stoi(message);
      ++frames;
    }
  }
  EXPECT_LE(frames, published - 3);
}

TEST_F(HubTest, TellsThePolicyWhoWatches) {
  const std::uint16_t port = start();
  const auto subscribe = [](WsClient& client, const std::string& frames) {
    client.send(R"({"type":"subscribe","channels":["cam"],"frames":)" + frames + "}");
    EXPECT_EQ(client.read(), R"({"type":"subscribed","channels":["cam"]})");
  };
  auto one = std::make_unique<WsClient>(port, kAsViewer);
  auto two = std::make_unique<WsClient>(port, kAsViewer);
  one->read();
  two->read();
  subscribe(*one, R"({"fps":5,"boxes":true})");
  subscribe(*two, R"({"fps":12,"boxes":true})");
  EXPECT_EQ(policy_.demand("cam+boxes"), 12);
  subscribe(*two, R"({"fps":2,"boxes":false})");
  EXPECT_EQ(policy_.demand("cam+boxes"), 5);
  EXPECT_EQ(policy_.demand("cam"), 2);
  one.reset();
  two.reset();
  EXPECT_TRUE(comes_true([&] { return policy_.demand("cam+boxes") == 0 && policy_.demand("cam") == 0; }));
}

TEST_F(HubTest, ClosesWhenTheTokenExpiresOrIsRevoked) {
  hub_config_.recheck_period = std::chrono::milliseconds{50};
  auto soon = testing::caller(7, "sam", auth::Role::kViewer);
  soon.expires_at = clock_.utc_now() + std::chrono::milliseconds{1000};
  users_.set("short", soon);
  const std::uint16_t port = start();
  WsClient expiring{port, "Authorization: Bearer short\r\n"};
  EXPECT_EQ(expiring.read_close(), kCloseUnauthenticated);
  EXPECT_GE(clock_.utc_now(), soon.expires_at);
  WsClient revoked{port, kAsViewer};
  EXPECT_EQ(revoked.read(), kConnected);
  users_.forget("viewer");
  EXPECT_EQ(revoked.read_close(), kCloseUnauthenticated);
}

TEST_F(HubTest, ClosesWhenTheRightsChange) {
  hub_config_.recheck_period = std::chrono::milliseconds{50};
  const std::uint16_t port = start();
  WsClient demoted{port, "Authorization: Bearer admin\r\n"};
  WsClient narrowed{port, "Authorization: Bearer operator\r\n"};
  demoted.read();
  narrowed.read();
  users_.set("admin", testing::caller(3, "ada", auth::Role::kViewer));
  EXPECT_EQ(demoted.read_close(), kCloseUnauthenticated);
  auto fewer = testing::caller(2, "otto", auth::Role::kOperator);
  fewer.cameras = auth::CameraRights::of({"yard"});
  users_.set("operator", fewer);
  EXPECT_EQ(narrowed.read_close(), kCloseUnauthenticated);
}

TEST_F(HubTest, WithholdsWhatIsNotForTheSubscriber) {
  const std::uint16_t port = start();
  WsClient viewer{port, kAsViewer};
  WsClient admin{port, "Authorization: Bearer admin\r\n"};
  for (WsClient* client : {&viewer, &admin}) {
    client->read();
    client->send(R"({"type":"subscribe","channels":["a"]})");
    client->read();
  }
  hub_->publish("a", "locked", text("about the locked one"), Delivery::kEvent);
  hub_->publish("a", "open", text("about the open one"), Delivery::kEvent);
  EXPECT_EQ(viewer.read(), "about the open one");
  EXPECT_EQ(admin.read(), "about the locked one");
  EXPECT_EQ(admin.read(), "about the open one");
}

TEST_F(HubTest, BoundsSocketsAndWaitsForTokensOnlySoLong) {
  hub_config_.connections_max = 3;
  hub_config_.unauthenticated_per_address_max = 1;
  hub_config_.auth_timeout = std::chrono::milliseconds{1500};
  const std::uint16_t port = start();
  WsClient silent{port, ""};
  EXPECT_EQ(silent.handshake().status, 101);
  EXPECT_EQ((WsClient{port, ""}.handshake().status), 429);
  WsClient second{port, kAsViewer};
  WsClient third{port, kAsViewer};
  EXPECT_EQ(third.handshake().status, 101);
  EXPECT_EQ((WsClient{port, kAsViewer}.handshake().status), 503);
  EXPECT_EQ(silent.read_close(), kCloseUnauthenticated);
}

TEST_F(HubTest, BoundsMessages) {
  WsClient client{start(), kAsViewer};
  client.send(std::string(kWsMessageBytesMax + 1, 'x'));
  EXPECT_EQ(client.read_close(), kCloseTooLarge);
}

TEST_F(HubTest, ClosesWhenThePeerIsSilentBeyondTheHeartbeat) {
  hub_config_.heartbeat = std::chrono::milliseconds{700};
  WsClient client{start(), kAsViewer};
  EXPECT_EQ(client.read(), kConnected);
  EXPECT_EQ(client.read_frame().opcode, Opcode::kPing);
  client.raw().send(testing::masked_frame(Opcode::kPong, ""));
  EXPECT_EQ(client.read_frame().opcode, Opcode::kPing);  // answered, so asked again
  EXPECT_EQ(client.read_frame().opcode, Opcode::kContinuation);
}

TEST_F(HubTest, SurvivesAClientThatAsksMuchAndReadsNothing) {
  WsClient client{start(), kAsViewer};
  client.read();
  std::string burst;
  for (int i = 0; i < 5000; ++i) {
    burst += testing::masked_frame(Opcode::kText,
                                   R"({"type":"ping","timestamp":")" + std::string(1000, 'p') + "\"}");
  }
  std::jthread sender{[&] { client.raw().send(burst); }};
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(client.read().starts_with(R"({"type":"pong")"));
}

TEST_F(HubTest, PublishesFromManyThreadsWhileClientsComeAndGo) {
  const std::uint16_t port = start();
  std::vector<std::jthread> publishers;
  for (int p = 0; p < 2; ++p) {
    publishers.emplace_back([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        hub_->publish("a", "", text("event"), Delivery::kEvent);
        hub_->publish("a", "", text("frame"), Delivery::kFrameWithBoxes);
        std::this_thread::yield();
      }
    });
  }
  for (int round = 0; round < 20; ++round) {
    WsClient one{port, kAsViewer};
    WsClient two{port, kAsViewer};
    one.send(R"({"type":"subscribe","channels":["a"]})");
    two.send(R"({"type":"subscribe","channels":["a"]})");
    for (int i = 0; i < 20; ++i) {
      one.read();
      two.read();
    }
  }
  server_->stop();  // under publication
  publishers.clear();
  EXPECT_EQ(hub_->stats().connections, 0U);
}

TEST_F(HubTest, SaysGoodbyeWhenTheServerStops) {
  WsClient client{start(), kAsViewer};
  client.read();
  std::jthread stopper{[&] { server_->stop(); }};
  EXPECT_EQ(client.read_close(), kCloseGoingAway);
}

}  // namespace
}  // namespace sentinel::http
