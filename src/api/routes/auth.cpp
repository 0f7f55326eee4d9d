#include <fmt/format.h>

#include "api/mapping.hpp"
#include "api/page.hpp"
#include "api/routes/routes.hpp"
#include "api/schemas/auth.hpp"
#include "http/router.hpp"
#include "http/text.hpp"

namespace sentinel::api {
namespace {

// Anybody may send these: no more than a name, a password or a token is read.
constexpr std::size_t kBodyBytesMax = 16 * 1024;

// For a browser's <img> and downloads, which send no header: the access token again, out of reach of scripts,
// sent by this site's own pages alone, and accepted on GET and HEAD of the routes that allow it.
std::string media_cookie(const std::string& access_token, std::chrono::seconds life) {
  return fmt::format("{}={}; Path=/api/; Max-Age={}; HttpOnly; SameSite=Strict", http::kMediaCookie,
                     access_token, life.count());
}

WithCookie<LoginResponse> with_cookie(const services::Tokens& tokens) {
  return {to_wire(tokens), media_cookie(tokens.access, tokens.access_life)};
}

services::ClientInfo client_of(const http::Request& request) {
  const std::string* agent = request.header("user-agent");
  return {request.peer_address, agent == nullptr ? "" : *agent};
}

Result<WithCookie<LoginResponse>> login(Services& services, const http::Request& request,
                                        Body<LoginRequest> in) {
  const auto tokens = services.auth.login(in->username, in->password, in->remember_me, client_of(request));
  if (!tokens) return tokens.error();
  return with_cookie(*tokens);
}

Result<WithCookie<LoginResponse>> refresh(Services& services, const http::Request& request,
                                          Body<RefreshTokenRequest> in) {
  const auto tokens = services.auth.refresh(in->refresh_token, client_of(request));
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

Result<VerifyResponse> verify(Services& services, const http::Request& request,
                              OptionalBody<VerifyRequest> in) {
  const std::string* header = request.header("authorization");
  const std::string token{in->token ? std::string_view{*in->token}
                                    : http::bearer_token(header == nullptr ? "" : *header)};
  const auto verified = services.auth.verify(token);
  if (!verified) return verified.error();
  return VerifyResponse{true, to_wire(verified->user), verified->expires_at};
}

Result<NoContent> change_password(Services& services, const auth::Caller& who,
                                  Body<ChangePasswordRequest> in) {
  const Status changed = services.auth.change_password(who, in->current_password, in->new_password);
  if (!changed) return changed.error();
  return NoContent{};
}

Result<ListOf<SessionResponse>> list_sessions(Services& services, const auth::Caller& who,
                                              Query<SessionQuery> query) {
  const auto found = services.auth.sessions(who, query->all);
  if (!found) return found.error();
  std::vector<SessionResponse> all;
  for (const auto& view : *found) all.push_back(to_wire(view));
  return page_of(std::move(all), PageQuery{query->limit, query->offset});
}

Result<NoContent> end_session(Services& services, const auth::Caller& who, PathId id) {
  const Status ended = services.auth.end_session(who, id.value);
  if (!ended) return ended.error();
  return NoContent{};
}

}  // namespace

void add_auth_routes(RouteTable& table) {
  table.post("/api/auth/login", login,
             {.id = "login",
              .tag = "auth",
              .summary = "Log in",
              .auth = http::Auth::open(),
              .run = http::Run::kSlow,
              .errors = {ErrorKind::kUnauthenticated, ErrorKind::kThrottled},
              .body_bytes_max = kBodyBytesMax});
  table.post("/api/auth/refresh", refresh,
             {.id = "refresh",
              .tag = "auth",
              .summary = "Exchange a refresh token for a new pair",
              .auth = http::Auth::open(),
              .errors = {ErrorKind::kUnauthenticated},
              .body_bytes_max = kBodyBytesMax});
  table.post("/api/auth/logout", logout,
             {.id = "logout",
              .tag = "auth",
              .summary = "End this session",
              .auth = http::Auth::role(auth::Role::kViewer)});
  const auto viewer = http::Auth::role(auth::Role::kViewer);
  table.get("/api/auth/me", me, {.id = "me", .tag = "auth", .summary = "Who am I", .auth = viewer});
  table.post("/api/auth/verify", verify,
             {.id = "verify",
              .tag = "auth",
              .summary = "Is a token good, whose is it, and until when",
              .auth = http::Auth::open(),
              .errors = {ErrorKind::kUnauthenticated},
              .body_bytes_max = kBodyBytesMax});
  table.post("/api/auth/change-password", change_password,
             {.id = "change_password",
              .tag = "auth",
              .summary = "Take a new password; the other sessions end",
              .auth = viewer,
              .run = http::Run::kSlow,
              .errors = {ErrorKind::kInvalid, ErrorKind::kConflict, ErrorKind::kThrottled},
              .body_bytes_max = kBodyBytesMax});
  table.get("/api/sessions", list_sessions,
            {.id = "list_sessions",
             .tag = "auth",
             .summary = "Who is logged in, newest first",
             .auth = viewer,
             .errors = {ErrorKind::kForbidden}});
  table.del("/api/sessions/{id}", end_session,
            {.id = "end_session",
             .tag = "auth",
             .summary = "End a session: one's own, or anybody's for an admin",
             .auth = viewer,
             .errors = {ErrorKind::kNotFound}});
}

}  // namespace sentinel::api
