#include "http/cors.hpp"

#include <gtest/gtest.h>

namespace sentinel::http {
namespace {

Request preflight(std::string origin, std::string method) {
  Request request;
  request.method = Method::kOptions;
  request.headers = {{"origin", std::move(origin)}, {"access-control-request-method", std::move(method)}};
  return request;
}

TEST(Cors, AnswersPreflightsAsStarletteDoes) {
  const Cors cors{{"https://ui.example"}};
  const auto allowed = cors.preflight(preflight("https://ui.example", "PUT"));
  EXPECT_EQ(allowed->status, 200);
  EXPECT_EQ(allowed->body, "OK");
  EXPECT_EQ(allowed->headers.size(), 6U);
  const auto foreign = cors.preflight(preflight("https://evil.example", "PUT"));
  EXPECT_EQ(foreign->status, 400);
  EXPECT_EQ(foreign->body, "Disallowed CORS origin");
  EXPECT_TRUE(foreign->headers.empty());
  EXPECT_EQ(cors.preflight(preflight("https://ui.example", "BREW"))->body, "Disallowed CORS method");
  EXPECT_FALSE(cors.preflight(Request{}).has_value());
}

TEST(Cors, MarksRepliesForAllowedOriginsAlone) {
  const Cors cors{{"https://ui.example", "*"}};
  Request request;
  Response response;
  request.headers = {{"origin", "https://evil.example"}};
  cors.mark(request, response);
  request.headers = {{"origin", "*"}};
  cors.mark(request, response);
  EXPECT_TRUE(response.headers.empty());
  request.headers = {{"origin", "https://ui.example"}};
  cors.mark(request, response);
  EXPECT_EQ(response.headers.front().second, "https://ui.example");
}

TEST(Cors, LetsSocketsBeOpenedFromOurOwnPages) {
  const Cors cors{{"https://ui.example"}};
  Request request;
  EXPECT_TRUE(cors.may_open_socket(request));
  const auto may = [&](std::string origin) {
    request.headers = {{"host", "cam.local:8000"}, {"origin", std::move(origin)}};
    return cors.may_open_socket(request);
  };
  EXPECT_TRUE(may("https://ui.example"));
  EXPECT_TRUE(may("http://cam.local:8000"));
  EXPECT_TRUE(may("http://CAM.local:8000"));
  EXPECT_FALSE(may("http://cam.local"));
  EXPECT_FALSE(may("null"));
  EXPECT_FALSE(may("https://evil.example"));
}

}  // namespace
}  // namespace sentinel::http
