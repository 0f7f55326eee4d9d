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

struct ChangePasswordRequest {
  std::string current_password, new_password;
  static constexpr auto fields() {
    using Self = ChangePasswordRequest;
    return object<Self>(
        "ChangePasswordRequest",
        required("current_password", &Self::current_password, min_length{1}, max_length{128}, secret{}),
        required("new_password", &Self::new_password, min_length{6}, max_length{128}, secret{}));
  }
};

struct VerifyRequest {
  std::optional<std::string> token;
  static constexpr auto fields() {
    return object<VerifyRequest>(
        "VerifyRequest", optional("token", &VerifyRequest::token, max_length{4096}, secret{},
                                  doc{"An access token; left out, that of the Authorization header."}));
  }
};

inline constexpr const char* kAllCamerasDoc =
    "Sees every camera, those added later too. An admin does in any case.";
inline constexpr const char* kCameraIdsDoc = "The cameras that a viewer or operator may see, when not all.";

struct UserResponse {
  static constexpr std::string_view kListName = "UserListResponse";
  std::int64_t id = 0;
  std::string username;
  std::optional<std::string> email, full_name;
  auth::Role role = auth::Role::kViewer;
  bool is_active = true, all_cameras = false;
  std::vector<std::string> camera_ids;
  UtcTime created_at{};
  std::optional<UtcTime> last_login;
  static constexpr auto fields() {
    return object<UserResponse>(
        "UserResponse", required("id", &UserResponse::id), required("username", &UserResponse::username),
        optional("email", &UserResponse::email), optional("full_name", &UserResponse::full_name),
        required("role", &UserResponse::role), required("is_active", &UserResponse::is_active),
        required("all_cameras", &UserResponse::all_cameras, doc{kAllCamerasDoc}),
        required("camera_ids", &UserResponse::camera_ids, doc{kCameraIdsDoc}),
        required("created_at", &UserResponse::created_at), optional("last_login", &UserResponse::last_login));
  }
};

struct VerifyResponse {
  bool valid = true;
  UserResponse user;
  UtcTime expires_at{};
  static constexpr auto fields() {
    return object<VerifyResponse>("VerifyResponse", required("valid", &VerifyResponse::valid),
                                  required("user", &VerifyResponse::user),
                                  required("expires_at", &VerifyResponse::expires_at));
  }
};

struct SessionResponse {
  static constexpr std::string_view kListName = "SessionListResponse";
  std::string id;
  std::int64_t user_id = 0;
  std::string username, address, user_agent;
  UtcTime created_at{}, last_used_at{}, expires_at{};
  bool current = false;
  static constexpr auto fields() {
    using Self = SessionResponse;
    return object<Self>("SessionResponse", required("id", &Self::id), required("user_id", &Self::user_id),
                        required("username", &Self::username),
                        required("address", &Self::address, doc{"Where it was last refreshed from."}),
                        required("user_agent", &Self::user_agent), required("created_at", &Self::created_at),
                        required("last_used_at", &Self::last_used_at, doc{"The login, or the last refresh."}),
                        required("expires_at", &Self::expires_at),
                        required("current", &Self::current, doc{"That of the token of this request."}));
  }
};

// `all`: everybody's, for an admin.
struct SessionQuery {
  std::int64_t limit = 50, offset = 0;
  bool all = false;
  static constexpr auto fields() {
    using Self = SessionQuery;
    return object<Self>("SessionQuery", defaulted("limit", &Self::limit, ge{1}, le{kPageLimitMax}),
                        defaulted("offset", &Self::offset, ge{0}, le{kPageOffsetMax}),
                        defaulted("all", &Self::all, doc{"Everybody's, for an admin."}));
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
