// The wire contract of /api/auth.
#pragma once

#include "api/schemas/common.hpp"

namespace sentinel::api {

struct LoginRequest {
  std::string username, password;
  bool remember_me = false;
  static constexpr auto fields() {
    return object<LoginRequest>(
        "LoginRequest", required("username", &LoginRequest::username, min_length{3}, max_length{50}),
        required("password", &LoginRequest::password, min_length{6}, max_length{128}, secret{}),
        defaulted("remember_me", &LoginRequest::remember_me, doc{"Keep the session alive for longer."}));
  }
};

struct RefreshTokenRequest {
  std::string refresh_token;
  static constexpr auto fields() {
    return object<RefreshTokenRequest>(
        "RefreshTokenRequest", required("refresh_token", &RefreshTokenRequest::refresh_token, secret{}));
  }
};

struct UserResponse {
  std::int64_t id = 0;
  std::string username;
  std::optional<std::string> email, full_name;
  auth::Role role = auth::Role::kViewer;
  bool is_active = true;
  UtcTime created_at{};
  std::optional<UtcTime> last_login;
  static constexpr auto fields() {
    return object<UserResponse>(
        "UserResponse", required("id", &UserResponse::id), required("username", &UserResponse::username),
        optional("email", &UserResponse::email), optional("full_name", &UserResponse::full_name),
        required("role", &UserResponse::role), required("is_active", &UserResponse::is_active),
        required("created_at", &UserResponse::created_at), optional("last_login", &UserResponse::last_login));
  }
};

struct LoginResponse {
  std::string access_token, refresh_token, token_type = "bearer";
  std::int64_t expires_in = 0;
  UserResponse user;
  static constexpr auto fields() {
    return object<LoginResponse>(
        "LoginResponse", required("access_token", &LoginResponse::access_token),
        required("refresh_token", &LoginResponse::refresh_token,
                 doc{"Good once: refreshing gives a new one."}),
        required("token_type", &LoginResponse::token_type),
        required("expires_in", &LoginResponse::expires_in, doc{"Seconds that the access token is good for."}),
        required("user", &LoginResponse::user));
  }
};

}  // namespace sentinel::api
