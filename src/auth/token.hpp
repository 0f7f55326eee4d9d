// Access tokens: JSON Web Tokens (RFC 7519) signed with HMAC-SHA256. The algorithm is fixed by the server; a
// token that names another is refused before anything else of it is read.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "auth/keys.hpp"
#include "auth/user.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"

namespace sentinel::auth {

inline constexpr std::size_t kTokenBytesMax = 4096;

// Thread-safe. A signature costs about 1 us: verify() may run on an event loop.
class TokenSigner {
 public:
  explicit TokenSigner(const Key& key);
  ~TokenSigner();
  // Claims: sub (user id, a string), name, role, sid, exp, iat (whole seconds, rounded down).
  std::string sign(const Caller& caller, UtcTime issued_at) const;
  // kUnauthenticated for a bad shape, a foreign algorithm, a wrong signature, an expiry at or before `now`,
  // or more than kTokenBytesMax.
  Result<Caller> verify(std::string_view token, UtcTime now) const;

 private:
  struct Hmac;  // the key, taken in once; each token works on a copy of its state
  std::unique_ptr<const Hmac> hmac_;
};

}  // namespace sentinel::auth
