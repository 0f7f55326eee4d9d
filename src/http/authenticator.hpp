// How http/ learns who is calling, without knowing users or sessions.
#pragma once

#include <string_view>

#include "auth/user.hpp"
#include "base/error.hpp"

namespace sentinel::http {

// Implemented by services/. Thread-safe and fast: called on the event loop for each request.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // kUnauthenticated for anything but a valid access token of a living session and an active user.
  virtual Result<auth::Caller> authenticate(std::string_view access_token) = 0;
};

}  // namespace sentinel::http
