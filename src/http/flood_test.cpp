// Clients that never let their sockets run dry: the others are answered, deadlines hold, and the server ends.
#include <gtest/gtest.h>

#include <future>
#include <semaphore>
#include <thread>

#include "http/hub.hpp"
#include "http/server.hpp"
#include "http/ws_test_client.hpp"

namespace sentinel::http {
namespace {

using std::chrono::milliseconds;
using testing::RawClient;
using testing::WsClient;

// What still counts as promptly on a busy machine; a flood lasts longer.
constexpr milliseconds kPromptly{1'500};
constexpr milliseconds kFloodMax{6'000};

class OpenPolicy final : public HubPolicy {
 public:
  bool may_subscribe(const auth::Caller&, std::string_view) override { return true; }
  bool may_receive(const auth::Caller&, std::string_view) override { return true; }
  void on_frame_demand(const std::string&, bool, double) override {}
  Result<Replay> replay(const auth::Caller&, const std::string&, std::string_view) override {
    return Replay{};
  }
};

class FloodTest : public ::testing::Test {
 protected:
  void SetUp() override {
    config_.port = 0;
    config_.threads = 1;
    config_.idle_timeout = milliseconds{100};  // a fine tick
    config_.stop_timeout = milliseconds{200};
    hub_config_.auth_timeout = milliseconds{300};
    add("/hello", http::Run::kInline, [] {});
    add("/pool", http::Run::kPool, [] {});
    add("/slow", http::Run::kSlow, [this] { takes(milliseconds{50}); });
    add("/hangs", http::Run::kPool, [this] {
      hanging_.release();
      takes(milliseconds{500});
    });
    hub_ = std::make_unique<Hub>(hub_config_, users_, policy_, clock_,
                                 [](const std::function<void()>&) { return false; });
    server_ = std::make_unique<Server>(config_, router_, users_, clock_, hub_.get());
    ASSERT_TRUE(server_->start());
  }
  void add(const char* path, http::Run run, const std::function<void()>& work) {
    router_.add({.method = Method::kGet,
                 .path = path,
                 .auth = Auth::open(),
                 .run = run,
                 .handler =
                     [work](const Request&, const auth::Caller*) {
                       work();
                       Response response;
                       response.body = "hello";
                       return response;
                     },
                 .doc = {}});
  }
  // Nothing fulfils the promise: the handler is as busy as one that computes for so long.
  void takes(milliseconds time) const { never_.wait_for(time); }
  // Sends the bytes over and over, and throws away what comes back, until the server closes or the flood has
  // lasted too long.
  std::jthread flood(RawClient& client, std::string bytes) {
    return std::jthread{[this, &client, bytes = std::move(bytes)] {
      const std::jthread reader{[&client] { client.is_closed(); }};
      const MonoTime end = clock_.mono_now() + kFloodMax;
      while (clock_.mono_now() < end && client.send(bytes)) {
      }
      ::shutdown(client.fd(), SHUT_RDWR);
    }};
  }
  void expect_service() {
    for (int i = 0; i < 5; ++i) {
      const MonoTime asked = clock_.mono_now();
      RawClient other{server_->port()};
      EXPECT_EQ(other.ask("GET /hello HTTP/1.1\r\nHost: t\r\n\r\n").body, "hello");
      EXPECT_LT(clock_.mono_now() - asked, kPromptly);
    }
  }
  void expect_quick_stop() {
    const MonoTime asked = clock_.mono_now();
    server_->stop();
    EXPECT_LT(clock_.mono_now() - asked, kPromptly);
  }

  std::counting_semaphore<> hanging_{0};
  std::promise<void> nothing_;
  const std::shared_future<void> never_{nothing_.get_future()};
  ServerConfig config_;
  HubConfig hub_config_;
  Router router_;
  testing::FakeAuthenticator users_;
  OpenPolicy policy_;
  SystemClock clock_;
  std::unique_ptr<Hub> hub_;
  std::unique_ptr<Server> server_;
};

std::string many(const std::string& one) {
  std::string out;
  while (out.size() < std::size_t{256} * 1024) out += one;
  return out;
}

// Each takes its worker 50 ms, as a password's hash does; a hundred ask at once.
TEST_F(FloodTest, OfSlowRequests) {
  constexpr int kClients = 100;
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<RawClient>(server_->port()));
    clients.back()->send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
  }
  const MonoTime asked = clock_.mono_now();
  RawClient other{server_->port()};
  EXPECT_EQ(other.ask("GET /pool HTTP/1.1\r\nHost: t\r\n\r\n").body, "hello");
  EXPECT_LT(clock_.mono_now() - asked, milliseconds{500});
  int refused = 0;
  for (const auto& client : clients) {
    const testing::Reply reply = client->read_reply();
    EXPECT_TRUE(reply.status == 200 || reply.status == 429) << reply.status;
    if (reply.status == 429) {
      ++refused;
      EXPECT_TRUE(reply.has("Retry-After: 1\r\n"));
    }
  }
  EXPECT_GE(refused, kClients / 2);
  EXPECT_LT(refused, kClients);
}

TEST_F(FloodTest, OfSlowRequestsWhileTheServerStops) {
  std::vector<std::unique_ptr<RawClient>> clients;
  for (const char* path : {"/slow", "/hangs"}) {
    for (int i = 0; i < 60; ++i) {
      clients.push_back(std::make_unique<RawClient>(server_->port()));
      clients.back()->send(std::string{"GET "} + path + " HTTP/1.1\r\nHost: t\r\n\r\n");
    }
  }
  for (std::size_t i = 0; i < config_.workers; ++i) hanging_.acquire();  // to run the rest takes another 7 s
  expect_quick_stop();
}

TEST_F(FloodTest, OfPipelinedRequests) {
  RawClient client{server_->port()};
  const auto flooding = flood(client, many("GET /hello HTTP/1.1\r\nHost: t\r\n\r\n"));
  expect_service();
  expect_quick_stop();
}

TEST_F(FloodTest, OfFragmentsWithoutToken) {
  WsClient client{server_->port(), "", testing::masked_frame(Opcode::kText, "", false)};
  ASSERT_EQ(client.handshake().status, 101);
  const MonoTime began = clock_.mono_now();
  const auto flooding = flood(client.raw(), many(testing::masked_frame(Opcode::kContinuation, "", false)));
  expect_service();
  while (hub_->stats().connections > 0 && clock_.mono_now() - began < kFloodMax) std::this_thread::yield();
  // The token was due after 0.3 s, and the close is waited for 2 s at most.
  EXPECT_LT(clock_.mono_now() - began, milliseconds{2'300} + kPromptly);
}

TEST_F(FloodTest, OfMessagesWhileTheServerStops) {
  WsClient client{server_->port(), "Authorization: Bearer viewer\r\n"};
  ASSERT_EQ(client.handshake().status, 101);
  const auto flooding = flood(client.raw(), many(testing::masked_frame(Opcode::kText, R"({"type":"ping"})")));
  expect_service();
  expect_quick_stop();
}

}  // namespace
}  // namespace sentinel::http
