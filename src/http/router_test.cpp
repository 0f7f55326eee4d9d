#include "http/router.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "http/test_support.hpp"

namespace sentinel::http {
namespace {

Route row(Method method, std::string path, Auth auth = Auth::open()) {
  return {.method = method,
          .path = std::move(path),
          .auth = auth,
          .run = Run::kInline,
          .handler = [](const Request&, const auth::Caller*) { return Response{}; },
          .doc = {}};
}

Router camera_table() {
  Router router;
  router.add(row(Method::kGet, "/"));
  router.add(row(Method::kGet, "/api/cameras"));
  router.add(row(Method::kPost, "/api/cameras"));
  router.add(row(Method::kPost, "/api/cameras/discover"));
  router.add(row(Method::kGet, "/api/cameras/{id}"));
  router.add(row(Method::kDelete, "/api/cameras/{id}"));
  router.add(row(Method::kGet, "/api/cameras/{id}/stats"));
  router.add(row(Method::kGet, "/ui/{path:path}"));
  return router;
}

TEST(Router, FindsRowsAndTheirValues) {
  const Router router = camera_table();
  EXPECT_EQ(router.find(Method::kGet, "/").route->path, "/");
  EXPECT_EQ(router.find(Method::kPost, "/api/cameras").route->path, "/api/cameras");
  const auto one = router.find(Method::kGet, "/api/cameras/camera_1");
  EXPECT_EQ(one.route->path, "/api/cameras/{id}");
  ASSERT_EQ(one.value_count, 1U);
  EXPECT_EQ(one.values[0].first, "id");
  EXPECT_EQ(one.values[0].second, "camera_1");
  EXPECT_EQ(router.find(Method::kGet, "/api/cameras/discover/stats").values[0].second, "discover");
  EXPECT_EQ(router.find(Method::kGet, "/ui/a/b.js").values[0].second, "a/b.js");
  EXPECT_EQ(router.find(Method::kGet, "/ui/").values[0].second, "");
}

TEST(Router, TellsUnknownPathsFromUnknownMethods) {
  const Router router = camera_table();
  for (const char* path : {"", "api", "/nope", "/api/cameras/", "/api/cameras/1/stats/x", "/ui"}) {
    EXPECT_EQ(router.find(Method::kGet, path).methods, 0) << path;
  }
  const auto match = router.find(Method::kPut, "/api/cameras/1");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(allow_text(match.methods), "GET, HEAD, DELETE, OPTIONS");
  EXPECT_NE(router.find(Method::kHead, "/api/cameras").route, nullptr);
}

TEST(Router, RefusesADefectiveTable) {
  Router router = camera_table();
  EXPECT_THROW(router.add(row(Method::kGet, "/api/cameras")), std::logic_error);
  EXPECT_THROW(router.add(row(Method::kPut, "/api/cameras/{camera_id}")), std::logic_error);
  EXPECT_THROW(router.add(row(Method::kHead, "/x")), std::logic_error);
  EXPECT_THROW(router.add(row(Method::kGet, "x")), std::logic_error);
  EXPECT_THROW(router.add(row(Method::kGet, "/x/{rest:path}/y")), std::logic_error);
  EXPECT_THROW(router.add(row(Method::kGet, "/{a}/{b}/{c}/{d}/{e}")), std::logic_error);
  Route no_handler = row(Method::kGet, "/x");
  no_handler.handler = nullptr;
  EXPECT_THROW(router.add(no_handler), std::logic_error);
  Route writing_by_cookie = row(Method::kPost, "/x");
  writing_by_cookie.cookie_allowed = true;
  EXPECT_THROW(router.add(writing_by_cookie), std::logic_error);
}

TEST(Authorise, LetsThroughByRoleAlone) {
  testing::FakeAuthenticator users;
  const Route route = row(Method::kPost, "/x", Auth::role(auth::Role::kOperator));
  Request request;
  request.method = Method::kPost;
  EXPECT_EQ(authorise(route, request, users).error().kind, ErrorKind::kUnauthenticated);
  request.headers = {{"cookie", "sentinel_media=admin"}};
  EXPECT_EQ(authorise(route, request, users).error().kind, ErrorKind::kUnauthenticated);
  request.headers = {{"authorization", "Bearer viewer"}};
  EXPECT_EQ(authorise(route, request, users).error().kind, ErrorKind::kForbidden);
  request.headers = {{"authorization", "Bearer admin"}};
  EXPECT_EQ((*authorise(route, request, users))->username, "ada");
  request.headers = {{"authorization", "Bearer nobody"}};
  EXPECT_EQ(authorise(route, request, users).error().message, "Could not validate credentials");
  EXPECT_EQ(*authorise(row(Method::kGet, "/y"), request, users), std::nullopt);
}

TEST(Authorise, TakesTheCookieWhereTheRouteSaysSo) {
  testing::FakeAuthenticator users;
  Route route = row(Method::kGet, "/picture", Auth::role(auth::Role::kViewer));
  Request request;
  request.headers = {{"cookie", "theme=dark; sentinel_media=viewer"}};
  EXPECT_FALSE(authorise(route, request, users).has_value());
  route.cookie_allowed = true;
  EXPECT_EQ((*authorise(route, request, users))->username, "vera");
}

}  // namespace
}  // namespace sentinel::http
