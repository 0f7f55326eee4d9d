// Password hashes: Argon2id for new ones (RFC 9106, libsodium), bcrypt ($2a$, $2b$, $2y$; crypt_r) verified.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace sentinel::auth {

struct PasswordCost {
  unsigned long long operations = 3;       // Argon2 passes, at least 1
  std::size_t memory_bytes = 64UL << 20U;  // Argon2 memory, at least 8 kB
};

// What a stored hash may ask of this machine at most, so that an imported one cannot stop the logins.
inline constexpr unsigned kBcryptCostMax = 15;                // about 2 s of a core
inline constexpr std::uint64_t kArgonMemoryKibMax = 262'144;  // 256 MiB
inline constexpr std::uint64_t kArgonPassesMax = 16;

// About 100 ms and memory_bytes: run it on HashPool, never on an event loop. Throws std::runtime_error when
// the cost is out of libsodium's range and std::bad_alloc when the memory is not to be had.
std::string hash_password(const std::string& password, const PasswordCost& cost);
// False for a wrong password and for a hash that is_supported_hash() refuses. As slow as the hash's own cost.
// bcrypt reads 72 bytes of a password at most, as everywhere; one with a zero byte never matches a bcrypt
// hash.
bool verify_password(const std::string& password, const std::string& hash);
// Whether verify_password() can check it: $argon2id$v=19$… or $2a$, $2b$, $2y$, within the bounds above. For
// an import, which refuses the rest by name.
bool is_supported_hash(const std::string& hash);
// True when the hash is of an older kind or cost, and should be made anew at the next login.
bool needs_rehash(const std::string& hash, const PasswordCost& cost);

}  // namespace sentinel::auth
