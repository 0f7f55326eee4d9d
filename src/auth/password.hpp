// Password hashes: Argon2id for new ones (RFC 9106, libsodium), bcrypt ($2a$, $2b$, $2y$; crypt_r) verified.
#pragma once

#include <string>

#include "base/error.hpp"

namespace sentinel::auth {

struct PasswordCost {
  unsigned long long operations = 3;       // Argon2 passes
  std::size_t memory_bytes = 64UL << 20U;  // Argon2 memory
};

// About 100 ms and memory_bytes: run it on the hashing pool, never on an event loop.
std::string hash_password(const std::string& password, const PasswordCost& cost);
// False for a wrong password and for a hash of an unknown kind. As slow as the hash's own cost.
bool verify_password(const std::string& password, const std::string& hash);
// True when the hash is of an older kind or cost, and should be made anew at the next login.
bool needs_rehash(const std::string& hash, const PasswordCost& cost);

}  // namespace sentinel::auth
