#include "http/server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <stdexcept>
#include <thread>

#include "http/error_map.hpp"
#include "http/test_support.hpp"

namespace sentinel::http {
namespace {

using testing::FakeAuthenticator;
using testing::RawClient;
using testing::Reply;

struct StoreAway : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::optional<Error> map_exception(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const StoreAway& away) {
    return unavailable("The store is away", away.what());
  } catch (...) {
    return std::nullopt;
  }
}

Response text(std::string body) {
  Response response;
  response.content_type = "text/plain";
  response.body = std::move(body);
  return response;
}

std::string get(std::string_view path, std::string_view headers = "") {
  return "GET " + std::string{path} + " HTTP/1.1\r\nHost: t\r\n" + std::string{headers} + "\r\n";
}

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    config_.port = 0;
    config_.exception_mapper = map_exception;
    config_.cors_origins = {"https://ui.example"};
    add(Method::kGet, "/hello", Auth::open(), http::Run::kInline,
        [](const Request& r) { return text("hello " + r.body); });
    add(Method::kGet, "/api/pool/{name}", Auth::open(), http::Run::kPool,
        [](const Request& r) { return text(r.path_values[0].second); });
    add(Method::kPost, "/api/echo", Auth::open(), http::Run::kPool,
        [](const Request& r) { return text(r.body); });
    add(Method::kGet, "/api/admin", Auth::role(auth::Role::kAdmin), http::Run::kInline,
        [](const Request&) { return text("for admins"); });
    add(Method::kGet, "/api/throws", Auth::open(), http::Run::kPool,
        [](const Request&) -> Response { throw std::runtime_error("secret detail"); });
    add(Method::kGet, "/api/away", Auth::open(), http::Run::kInline,
        [](const Request&) -> Response { throw StoreAway("10.0.0.1 refused"); });
    add(Method::kGet, "/api/split", Auth::open(), http::Run::kInline, [](const Request&) {
      Response response = text("x");
      response.headers.emplace_back("X-Evil", "a\r\nSet-Cookie: b");
      return response;
    });
    add(Method::kDelete, "/api/gone", Auth::open(), http::Run::kInline, [](const Request&) {
      Response response;
      response.status = 204;
      return response;
    });
    add(Method::kGet, "/large", Auth::open(), http::Run::kInline,
        [](const Request&) { return text(std::string(3'000'000, 'x')); });
  }
  void add(Method method, std::string path, Auth auth, http::Run run,
           std::function<Response(const Request&)> answer) {
    router_.add({.method = method,
                 .path = std::move(path),
                 .auth = auth,
                 .run = run,
                 .handler = [answer = std::move(answer)](const Request& request,
                                                         const auth::Caller*) { return answer(request); },
                 .doc = {}});
  }
  std::uint16_t start() {
    server_ = std::make_unique<Server>(config_, router_, users_, clock_);
    const Status started = server_->start();
    if (!started) throw std::runtime_error(started.error().describe());
    return server_->port();
  }

  ServerConfig config_;
  Router router_;
  FakeAuthenticator users_;
  SystemClock clock_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersManyRequestsOnOneConnection) {
  RawClient client{start()};
  for (int i = 0; i < 3; ++i) {
    const Reply reply = client.ask(get("/hello"));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "hello ");
    EXPECT_TRUE(reply.has("X-Content-Type-Options: nosniff"));
    EXPECT_TRUE(reply.has("X-Frame-Options: DENY"));
    EXPECT_TRUE(reply.has("Referrer-Policy: no-referrer"));
    EXPECT_TRUE(reply.has("X-Request-Id: "));
    EXPECT_FALSE(reply.has("no-store"));
  }
  EXPECT_TRUE(client.ask(get("/api/pool/a")).has("Cache-Control: no-store"));
  EXPECT_TRUE(client.ask(get("/hello", "Connection: close\r\n")).has("Connection: close"));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  RawClient client{start()};
  std::string burst;
  for (int i = 0; i < 20; ++i) burst += get(i % 2 == 0 ? "/api/pool/" + std::to_string(i) : "/hello");
  client.send(burst);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.read_reply().body, i % 2 == 0 ? std::to_string(i) : "hello ");
}

TEST_F(ServerTest, SpeaksHttp10) {
  const std::uint16_t port = start();
  RawClient closing{port};
  EXPECT_EQ(closing.ask("GET /hello HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_TRUE(closing.is_closed());
  RawClient keeping{port};
  EXPECT_TRUE(
      keeping.ask("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").has("Connection: keep-alive"));
  EXPECT_EQ(keeping.ask(get("/hello")).status, 200);
}

TEST_F(ServerTest, TellsUnknownPathsAndMethods) {
  RawClient client{start()};
  EXPECT_EQ(client.ask(get("/nope")).body, R"({"detail":"Not Found"})");
  const Reply wrong = client.ask("PUT /hello HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nab");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.body, R"({"detail":"Method Not Allowed"})");
  EXPECT_TRUE(wrong.has("Allow: GET, HEAD, OPTIONS"));
  const Reply options = client.ask("OPTIONS /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(options.status, 204);
  EXPECT_TRUE(options.has("Allow: GET, HEAD, OPTIONS"));
  EXPECT_EQ(client.ask("TRACE /hello HTTP/1.1\r\nHost: t\r\n\r\n").status, 501);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerTest, AnswersHeadWithTheLengthAlone) {
  RawClient client{start()};
  client.send("HEAD /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  const Reply reply = client.read_reply(false);
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.has("Content-Length: 6"));
  client.send("DELETE /api/gone HTTP/1.1\r\nHost: t\r\n\r\n");
  const Reply gone = client.read_reply();
  EXPECT_EQ(gone.status, 204);
  EXPECT_FALSE(gone.has("Content-Length"));
  EXPECT_EQ(client.ask(get("/hello")).body, "hello ");
}

TEST_F(ServerTest, ChecksTheCallerBeforeTheHandler) {
  RawClient client{start()};
  const Reply unknown = client.ask(get("/api/admin"));
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(unknown.body, R"({"detail":"Not authenticated"})");
  EXPECT_TRUE(unknown.has("WWW-Authenticate: Bearer"));
  EXPECT_EQ(client.ask(get("/api/admin", "Authorization: Bearer viewer\r\n")).status, 403);
  EXPECT_EQ(client.ask(get("/api/admin", "Authorization: Bearer admin\r\n")).body, "for admins");
}

TEST_F(ServerTest, HidesWhatAHandlerThrows) {
  RawClient client{start()};
  const Reply thrown = client.ask(get("/api/throws"));
  EXPECT_EQ(thrown.status, 500);
  EXPECT_EQ(thrown.body, R"({"detail":"Internal Server Error"})");
  const Reply away = client.ask(get("/api/away"));
  EXPECT_EQ(away.status, 503);
  EXPECT_EQ(away.body, R"({"detail":"The store is away"})");
  EXPECT_TRUE(away.has("Retry-After: 5"));
  EXPECT_FALSE(client.ask(get("/api/split")).has("Set-Cookie"));
}

TEST_F(ServerTest, BoundsHeadersAndBodies) {
  const std::uint16_t port = start();
  RawClient header{port};
  EXPECT_EQ(header.ask(get("/hello", "X-Large: " + std::string(20'000, 'x') + "\r\n")).status, 431);
  EXPECT_TRUE(header.is_closed());
  RawClient body{port};
  EXPECT_EQ(body.ask("POST /api/echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1048577\r\n\r\n").status, 413);
  EXPECT_TRUE(body.is_closed());
  RawClient malformed{port};
  EXPECT_EQ(malformed.ask("what is this\r\n\r\n").status, 400);
  RawClient fits{port};
  const std::string large(1024 * 1024, 'b');
  EXPECT_EQ(fits.ask("POST /api/echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1048576\r\n\r\n" + large).body,
            large);
}

TEST_F(ServerTest, BoundsTheBodyOfARoute) {
  router_.add({.method = Method::kPost,
               .path = "/api/short",
               .auth = Auth::open(),
               .run = http::Run::kInline,
               .handler = [](const Request& r, const auth::Caller*) { return text(r.body); },
               .doc = {},
               .body_bytes_max = 4});
  const std::uint16_t port = start();
  const auto ask = [&](const std::string& rest) {
    return RawClient{port}.ask("POST /api/short HTTP/1.1\r\nHost: t\r\n" + rest);
  };
  EXPECT_EQ(ask("Content-Length: 4\r\n\r\nfour").body, "four");
  // Told from the head alone, and before a body is asked for.
  const std::string five = "Content-Length: 5\r\n";
  for (const std::string& rest : {five + "\r\n", five + "Expect: 100-continue\r\n\r\n", five + "\r\nhello",
                                  std::string{"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n"},
                                  std::string{"Content-Length: 1048577\r\n\r\n"}}) {
    const Reply reply = ask(rest);
    EXPECT_EQ(reply.status, 413) << rest;
    EXPECT_TRUE(reply.has("Cache-Control: no-store")) << rest;
  }
}

TEST_F(ServerTest, EndsABodyWhoseFramingNeverEnds) {
  const std::uint16_t port = start();
  const std::string head = "POST /api/echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& begin : {head + "2;", head + "0\r\nTrailer: "}) {
    RawClient client{port};
    client.send(begin);
    const std::string xs(std::size_t{64} * 1024, 'x');
    for (int i = 0; i < 4; ++i) client.send(xs);
    EXPECT_EQ(client.read_reply().status, 431) << begin;
    EXPECT_TRUE(client.is_closed());
  }
}

TEST_F(ServerTest, SendsALargeReplyToASlowReader) {
  RawClient client{start()};
  const std::string two = get("/large") + get("/hello");
  client.send(two);
  EXPECT_EQ(client.read_reply().body.size(), 3'000'000U);
  EXPECT_EQ(client.read_reply().body, "hello ");
}

TEST_F(ServerTest, AsksForABodyOnlyWhenItWantsIt) {
  const std::uint16_t port = start();
  const std::string rest = "Host: t\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
  RawClient client{port};
  EXPECT_EQ(client.ask("POST /api/echo HTTP/1.1\r\n" + rest).status, 100);
  EXPECT_EQ(client.ask("hello").body, "hello");
  RawClient refused{port};
  EXPECT_EQ(refused.ask("POST /nope HTTP/1.1\r\n" + rest).status, 404);
  EXPECT_TRUE(refused.is_closed());
}

TEST_F(ServerTest, ClosesSlowAndIdleConnections) {
  config_.request_timeout = std::chrono::milliseconds{500};
  config_.idle_timeout = std::chrono::milliseconds{60};
  const std::uint16_t port = start();
  RawClient slow{port};
  slow.send("GET /hello HTTP/1.1\r\nHo");
  EXPECT_EQ(slow.read_reply().status, 408);
  EXPECT_TRUE(slow.is_closed());
  RawClient silent{port};
  EXPECT_TRUE(silent.is_closed());
  RawClient idle{port};
  EXPECT_EQ(idle.ask(get("/hello")).status, 200);
  EXPECT_TRUE(idle.is_closed());
}

TEST_F(ServerTest, AnswersPreflights) {
  RawClient client{start()};
  const auto preflight = [](std::string_view origin) {
    return "OPTIONS /api/echo HTTP/1.1\r\nHost: t\r\nOrigin: " + std::string{origin} +
           "\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization\r\n\r\n";
  };
  const Reply allowed = client.ask(preflight("https://ui.example"));
  EXPECT_EQ(allowed.status, 200);
  EXPECT_TRUE(allowed.has("Access-Control-Allow-Origin: https://ui.example\r\n"));
  EXPECT_TRUE(allowed.has("Access-Control-Allow-Credentials: true"));
  EXPECT_TRUE(allowed.has("Access-Control-Max-Age: "));
  EXPECT_EQ(allowed.head.find("Vary: Origin"), allowed.head.rfind("Vary: Origin"));
  const Reply foreign = client.ask(preflight("https://evil.example"));
  EXPECT_EQ(foreign.status, 400);
  EXPECT_EQ(foreign.body, "Disallowed CORS origin");
  EXPECT_FALSE(foreign.has("Access-Control"));
  EXPECT_TRUE(client.ask(get("/hello", "Origin: https://ui.example\r\n")).has("Access-Control-Allow-Origin"));
  EXPECT_FALSE(client.ask(get("/hello", "Origin: https://evil.example\r\n")).has("Access-Control"));
}

TEST_F(ServerTest, RefusesWhatTheWorkersCannotTake) {
  std::latch running{1};
  std::promise<void> release;
  add(Method::kGet, "/blocks", Auth::open(), http::Run::kPool,
      [&, released = release.get_future().share()](const Request&) {
        running.count_down();
        released.wait();
        return text("done");
      });
  add(Method::kGet, "/waits", Auth::open(), http::Run::kPool, [](const Request&) { return text("waited"); });
  config_.workers = 1;
  config_.worker_queue_max = 1;
  const std::uint16_t port = start();
  RawClient first{port};
  first.send(get("/blocks"));
  running.wait();
  // Of two more requests one finds a place in the queue; which of them, the loop decides.
  RawClient second{port};
  RawClient third{port};
  second.send(get("/waits"));
  third.send(get("/waits"));
  pollfd ready[] = {{.fd = second.fd(), .events = POLLIN, .revents = 0},
                    {.fd = third.fd(), .events = POLLIN, .revents = 0}};
  ASSERT_EQ(::poll(ready, 2, 10'000), 1);
  RawClient& refused = ready[0].revents != 0 ? second : third;
  RawClient& queued = ready[0].revents != 0 ? third : second;
  const Reply busy = refused.read_reply();
  EXPECT_EQ(busy.status, 503);
  EXPECT_TRUE(busy.has("Retry-After: 5"));
  EXPECT_EQ(refused.ask(get("/hello")).status, 200);  // the loop serves on
  release.set_value();
  EXPECT_EQ(first.read_reply().body, "done");
  EXPECT_EQ(queued.read_reply().body, "waited");
}

TEST_F(ServerTest, BoundsConnectionsPerAddress) {
  config_.connections_per_address_max = 1;
  const std::uint16_t port = start();
  RawClient first{port};
  EXPECT_EQ(first.ask(get("/hello")).status, 200);
  RawClient second{port};
  EXPECT_EQ(second.read_reply().status, 503);
  EXPECT_TRUE(second.is_closed());
}

TEST_F(ServerTest, NamesAPortInUseAndTheRemedy) {
  const std::uint16_t port = start();
  config_.port = port;
  Server second{config_, router_, users_, clock_};
  const Status started = second.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(started.error().message,
            "HOST=127.0.0.1 PORT=" + std::to_string(port) +
                ": another program listens there. Stop it, or set PORT to a free port.");
  config_.cors_origins = {"*"};
  Server third{config_, router_, users_, clock_};
  EXPECT_EQ(third.start().error().kind, ErrorKind::kInvalid);
}

TEST_F(ServerTest, LetsRunningRequestsEndWhenItStops) {
  std::latch running{1};
  std::promise<void> release;
  add(Method::kGet, "/blocks", Auth::open(), http::Run::kPool,
      [&, released = release.get_future().share()](const Request&) {
        running.count_down();
        released.wait();
        return text("done");
      });
  config_.stop_timeout = std::chrono::milliseconds{10'000};
  const std::uint16_t port = start();
  RawClient idle{port};
  EXPECT_EQ(idle.ask(get("/hello")).status, 200);
  RawClient busy{port};
  busy.send(get("/blocks"));
  running.wait();
  std::jthread stopper{[&] { server_->stop(); }};
  EXPECT_TRUE(idle.is_closed());  // so the stop has begun
  release.set_value();
  const Reply reply = busy.read_reply();
  EXPECT_EQ(reply.body, "done");
  EXPECT_TRUE(reply.has("Connection: close"));
  stopper.join();
  EXPECT_EQ(server_->connections(), 0U);
  EXPECT_THROW(RawClient{port}, std::runtime_error);
}

TEST_F(ServerTest, ServesManyClientsOnSeveralLoops) {
  config_.threads = 2;
  const std::uint16_t port = start();
  std::atomic<int> answered = 0;
  std::vector<std::jthread> clients;
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([&, c] {
      RawClient client{port};
      for (int i = 0; i < 50; ++i) {
        const std::string name = std::to_string(c * 100 + i);
        if (client.ask(get("/api/pool/" + name)).body == name) ++answered;
      }
    });
  }
  clients.clear();
  EXPECT_EQ(answered, 400);
}

}  // namespace
}  // namespace sentinel::http
