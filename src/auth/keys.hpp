// Keys derived from SECRET_KEY, one per purpose (HKDF-SHA256, RFC 5869), so that one's leak does not touch
// another.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sentinel::auth {

using Key = std::array<std::uint8_t, 32>;

enum class KeyPurpose { kTokens, kCameraCredentials, kEvidence };

// `secret` is at least 32 bytes: config checks it. The same secret and purpose give the same key for ever:
// boxes and tokens that exist depend on it.
Key derive_key(std::string_view secret, KeyPurpose purpose);

// Authenticated encryption of small secrets (XChaCha20-Poly1305, libsodium). `context` is bound to the box (a
// camera's id): a box moved to another row does not open. A box that does not open is kInternal: its key or
// its context is another one, or its bytes were changed.
std::vector<std::uint8_t> seal(const Key& key, std::string_view plain, std::string_view context);
Result<std::string> unseal(const Key& key, const std::vector<std::uint8_t>& box, std::string_view context);

// Lower-case hex of SHA-256.
std::string sha256_hex(std::string_view bytes);
// Of all that comes, in pieces: the size does not matter. Empty when reading fails.
std::string sha256_hex(std::istream& in);
// The output of HKDF-SHA256 (RFC 5869) for any input; derive_key() is made of it.
std::vector<std::uint8_t> hkdf_sha256(std::string_view secret, std::string_view salt, std::string_view info,
                                      std::size_t bytes);
// `bytes` random bytes, base64url without padding.
std::string random_token(std::size_t bytes);

}  // namespace sentinel::auth
