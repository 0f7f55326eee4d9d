// Keys derived from SECRET_KEY, one per purpose (HKDF-SHA256, RFC 5869), so that one's leak does not touch another.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sentinel::auth {

using Key = std::array<std::uint8_t, 32>;

enum class KeyPurpose { kTokens, kCameraCredentials, kEvidence };

// `secret` is at least 32 bytes: config checks it.
Key derive_key(std::string_view secret, KeyPurpose purpose);

// Authenticated encryption of small secrets (XChaCha20-Poly1305, libsodium). `context` is bound to the box (a
// camera's id): a box moved to another row does not open.
std::vector<std::uint8_t> seal(const Key& key, std::string_view plain, std::string_view context);
Result<std::string> unseal(const Key& key, const std::vector<std::uint8_t>& box, std::string_view context);

// Lower-case hex of SHA-256.
std::string sha256_hex(std::string_view bytes);
// `bytes` random bytes, base64url without padding.
std::string random_token(std::size_t bytes);

}  // namespace sentinel::auth
