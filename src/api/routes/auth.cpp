#include <fmt/format.h>

#include "api/mapping.hpp"
#include "api/routes/routes.hpp"
#include "api/schemas/auth.hpp"
#include "http/router.hpp"

namespace sentinel::api {
namespace {

// For a browser's <img> and downloads, which send no header: the access token again, out of reach of scripts,
// sent by this site's own pages alone, and accepted on GET and HEAD of the routes that allow it.
std::string media_cookie(const std::string& access_token, std::chrono::seconds life) {
  return fmt::format("{}={}; Path=/api/; Max-Age={}; HttpOnly; SameSite=Strict", http::kMediaCookie,
                     access_token, life.count());
}

WithCookie<LoginResponse> with_cookie(const services::Tokens& tokens) {
  return {to_wire(tokens), media_cookie(tokens.access, tokens.access_life)};
}

Result<WithCookie<LoginResponse>> login(Services& services, Body<LoginRequest> in) {
  const auto tokens = services.auth.login(in->username, in->password, in->remember_me);
  if (!tokens) return tokens.error();
  return with_cookie(*tokens);
}

Result<WithCookie<LoginResponse>> refresh(Services& services, Body<RefreshTokenRequest> in) {
  const auto tokens = services.auth.refresh(in->refresh_token);
  if (!tokens) return tokens.error();
  return with_cookie(*tokens);
}

Result<WithCookie<NoContent>> logout(Services& services, const auth::Caller& who) {
  services.auth.logout(who);
  return WithCookie<NoContent>{{}, media_cookie("", std::chrono::seconds{0})};
}

Result<UserResponse> me(Services& services, const auth::Caller& who) {
  const auto user = services.auth.me(who);
  if (!user) return user.error();
  return to_wire(*user);
}

}  // namespace

void add_auth_routes(RouteTable& table) {
  table.post("/api/auth/login", login,
             {.id = "login",
              .tag = "auth",
              .summary = "Log in",
              .auth = http::Auth::open(),
              .errors = {ErrorKind::kUnauthenticated, ErrorKind::kThrottled}});
  table.post("/api/auth/refresh", refresh,
             {.id = "refresh",
              .tag = "auth",
              .summary = "Exchange a refresh token for a new pair",
              .auth = http::Auth::open(),
              .errors = {ErrorKind::kUnauthenticated}});
  table.post("/api/auth/logout", logout,
             {.id = "logout",
              .tag = "auth",
              .summary = "End this session",
              .auth = http::Auth::role(auth::Role::kViewer)});
  table.get(
      "/api/auth/me", me,
      {.id = "me", .tag = "auth", .summary = "Who am I", .auth = http::Auth::role(auth::Role::kViewer)});
}

}  // namespace sentinel::api
