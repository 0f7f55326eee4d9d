#include "auth/password.hpp"

#include <crypt.h>
#include <sodium.h>

#include <charconv>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "auth/sodium_ready.hpp"

namespace sentinel::auth {
namespace {

bool is_bcrypt(std::string_view hash) {
  return hash.starts_with("$2a$") || hash.starts_with("$2b$") || hash.starts_with("$2y$");
}

bool is_bounded_bcrypt(std::string_view hash) {
  constexpr std::size_t kLength = 60;  // "$2b$12$", 22 of salt, 31 of hash
  if (!is_bcrypt(hash) || hash.size() != kLength || hash[6] != '$') return false;
  unsigned cost = 0;
  const auto [end, failed] = std::from_chars(hash.data() + 4, hash.data() + 6, cost);
  return failed == std::errc{} && end == hash.data() + 6 && cost <= kBcryptCostMax;
}

// Reads "NAME=number" at the head of `text` and cuts it off together with the one character that follows.
std::optional<std::uint64_t> take_parameter(std::string_view& text, std::string_view name) {
  if (!text.starts_with(name)) return std::nullopt;
  std::uint64_t value = 0;
  const char* const begin = text.data() + name.size();
  const auto [end, failed] = std::from_chars(begin, text.data() + text.size(), value);
  if (failed != std::errc{} || end == text.data() + text.size()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return value;
}

bool is_bounded_argon(std::string_view hash) {
  constexpr std::string_view kHead = "$argon2id$v=19$";
  if (!hash.starts_with(kHead) || hash.size() >= crypto_pwhash_STRBYTES) return false;
  hash.remove_prefix(kHead.size());
  const auto memory = take_parameter(hash, "m=");
  const auto passes = take_parameter(hash, "t=");
  const auto lanes = take_parameter(hash, "p=");
  if (!memory || !passes || !lanes) return false;
  return *memory <= kArgonMemoryKibMax && *passes <= kArgonPassesMax && *lanes <= 64;
}

bool verify_bcrypt(const std::string& password, const std::string& hash) {
  if (password.find('\0') != std::string::npos) return false;
  // 32 kB of scratch space, which holds the password for a moment: wiped before it is freed.
  struct Wipe {
    void operator()(crypt_data* data) const {
      sodium_memzero(data, sizeof *data);
      std::default_delete<crypt_data>{}(data);
    }
  };
  const std::unique_ptr<crypt_data, Wipe> scratch{new crypt_data{}};
  const char* const made = crypt_r(password.c_str(), hash.c_str(), scratch.get());
  if (made == nullptr) return false;
  const std::string_view answer{made};
  return answer.size() == hash.size() && sodium_memcmp(answer.data(), hash.data(), hash.size()) == 0;
}

}  // namespace

std::string hash_password(const std::string& password, const PasswordCost& cost) {
  ready_sodium();
  if (cost.operations < crypto_pwhash_OPSLIMIT_MIN || cost.operations > crypto_pwhash_OPSLIMIT_MAX ||
      cost.memory_bytes < crypto_pwhash_MEMLIMIT_MIN || cost.memory_bytes > crypto_pwhash_MEMLIMIT_MAX) {
    throw std::runtime_error("the cost of password hashes is out of range");
  }
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  if (crypto_pwhash_str(hash.data(), password.data(), password.size(), cost.operations, cost.memory_bytes) !=
      0) {
    throw std::bad_alloc{};
  }
  hash.resize(hash.find('\0'));
  return hash;
}

bool verify_password(const std::string& password, const std::string& hash) {
  ready_sodium();
  if (is_bounded_bcrypt(hash)) return verify_bcrypt(password, hash);
  if (!is_bounded_argon(hash)) return false;
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool is_supported_hash(const std::string& hash) {
  return is_bounded_bcrypt(hash) || is_bounded_argon(hash);
}

bool needs_rehash(const std::string& hash, const PasswordCost& cost) {
  ready_sodium();
  if (!is_bounded_argon(hash)) return true;
  return crypto_pwhash_str_needs_rehash(hash.c_str(), cost.operations, cost.memory_bytes) != 0;
}

}  // namespace sentinel::auth
