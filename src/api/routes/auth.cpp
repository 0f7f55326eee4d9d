#include "api/mapping.hpp"
#include "api/routes/routes.hpp"
#include "api/schemas/auth.hpp"

namespace sentinel::api {
namespace {

Result<LoginResponse> login(Services& services, Body<LoginRequest> in) {
  const auto tokens = services.auth.login(in->username, in->password, in->remember_me);
  if (!tokens) return tokens.error();
  return to_wire(*tokens);
}

Result<LoginResponse> refresh(Services& services, Body<RefreshTokenRequest> in) {
  const auto tokens = services.auth.refresh(in->refresh_token);
  if (!tokens) return tokens.error();
  return to_wire(*tokens);
}

Result<NoContent> logout(Services& services, const auth::Caller& who) {
  services.auth.logout(who);
  return NoContent{};
}

Result<UserResponse> me(Services& services, const auth::Caller& who) {
  const auto user = services.auth.me(who);
  if (!user) return user.error();
  return to_wire(*user);
}

}  // namespace

void add_auth_routes(RouteTable& table) {
  table.post("/api/auth/login", login,
             {.id = "login", .tag = "auth", .summary = "Log in", .auth = http::Auth::open(),
              .errors = {ErrorKind::kUnauthenticated, ErrorKind::kThrottled}});
  table.post("/api/auth/refresh", refresh,
             {.id = "refresh", .tag = "auth", .summary = "Exchange a refresh token for a new pair",
              .auth = http::Auth::open(), .errors = {ErrorKind::kUnauthenticated}});
  table.post("/api/auth/logout", logout,
             {.id = "logout", .tag = "auth", .summary = "End this session",
              .auth = http::Auth::role(auth::Role::kViewer)});
  table.get("/api/auth/me", me,
            {.id = "me", .tag = "auth", .summary = "Who am I", .auth = http::Auth::role(auth::Role::kViewer)});
}

}  // namespace sentinel::api
