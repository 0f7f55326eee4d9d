#include "http/error_map.hpp"

#include <gtest/gtest.h>

namespace sentinel::http {
namespace {

std::string header_of(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST(ErrorMap, GivesEachKindItsStatus) {
  const std::pair<ErrorKind, int> rows[] = {
      {ErrorKind::kInvalid, 400},   {ErrorKind::kUnauthenticated, 401}, {ErrorKind::kForbidden, 403},
      {ErrorKind::kNotFound, 404},  {ErrorKind::kConflict, 409},        {ErrorKind::kTooLarge, 413},
      {ErrorKind::kThrottled, 429}, {ErrorKind::kUnavailable, 503},     {ErrorKind::kUnsupported, 501},
      {ErrorKind::kInternal, 500}};
  for (const auto& [kind, status] : rows) {
    EXPECT_EQ(status_of(kind), status);
    EXPECT_NE(reason_phrase(status), "Unknown");
  }
}

TEST(ErrorMap, TellsTheMessageAndNeverTheCause) {
  const Response away = error_response(unavailable("The store is \"away\"", "password=secret"));
  EXPECT_EQ(away.body, R"({"detail":"The store is \"away\""})");
  EXPECT_EQ(header_of(away, "Retry-After"), "5");
  EXPECT_EQ(error_response(internal("at 0xdead")).body, R"({"detail":"Internal Server Error"})");
}

TEST(ErrorMap, SaysHowToAuthenticateAndWhenToRetry) {
  const Response unknown = error_response({ErrorKind::kUnauthenticated, ClientText{"Not authenticated"}});
  EXPECT_EQ(header_of(unknown, "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(header_of(error_response({ErrorKind::kThrottled, ClientText{"Slower"}}), "Retry-After"), "1");
}

}  // namespace
}  // namespace sentinel::http
