#include "auth/keys.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sodium.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "auth/sodium_ready.hpp"
#include "base/ids.hpp"

namespace sentinel::auth {
namespace {

// The first byte of a box names its layout: version, nonce, cipher text with its tag.
constexpr std::uint8_t kBoxVersion = 1;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == sizeof(Key));

// Part of every key ever derived: never changed.
std::string_view info_of(KeyPurpose purpose) {
  switch (purpose) {
    case KeyPurpose::kTokens:
      return "sentinel tokens v1";
    case KeyPurpose::kCameraCredentials:
      return "sentinel camera credentials v1";
    case KeyPurpose::kEvidence:
      return "sentinel evidence v1";
  }
  throw std::logic_error("a key purpose without a name");
}

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

OSSL_PARAM octets(const char* name, std::string_view value) {
  // OpenSSL reads them only; its parameter type serves both directions and is therefore not const.
  return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(value.data()), value.size());
}

using Digest = std::array<std::uint8_t, crypto_hash_sha256_BYTES>;
constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;

std::string hex_of(const Digest& digest) {
  std::string hex(digest.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  hex.pop_back();
  return hex;
}

}  // namespace

std::vector<std::uint8_t> hkdf_sha256(std::string_view secret, std::string_view salt, std::string_view info,
                                      std::size_t bytes) {
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf{EVP_KDF_fetch(nullptr, "HKDF", nullptr),
                                                              &EVP_KDF_free};
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context{EVP_KDF_CTX_new(kdf.get()),
                                                                          &EVP_KDF_CTX_free};
  std::string digest{"SHA256"};
  std::vector<OSSL_PARAM> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
      octets(OSSL_KDF_PARAM_KEY, secret),
      octets(OSSL_KDF_PARAM_INFO, info),
  };
  if (!salt.empty()) parameters.push_back(octets(OSSL_KDF_PARAM_SALT, salt));
  parameters.push_back(OSSL_PARAM_construct_end());
  std::vector<std::uint8_t> out(bytes);
  if (!context || EVP_KDF_derive(context.get(), out.data(), out.size(), parameters.data()) != 1) {
    throw std::runtime_error("OpenSSL derives no key by HKDF");
  }
  return out;
}

Key derive_key(std::string_view secret, KeyPurpose purpose) {
  auto bytes = hkdf_sha256(secret, {}, info_of(purpose), sizeof(Key));
  Key key{};
  std::copy(bytes.begin(), bytes.end(), key.begin());
  sodium_memzero(bytes.data(), bytes.size());
  return key;
}

std::vector<std::uint8_t> seal(const Key& key, std::string_view plain, std::string_view context) {
  ready_sodium();
  std::vector<std::uint8_t> box(1 + kNonceBytes + plain.size() + kTagBytes);
  box[0] = kBoxVersion;
  std::uint8_t* const nonce = box.data() + 1;
  fill_random(nonce, kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonceBytes, nullptr, bytes_of(plain), plain.size(),
                                             bytes_of(context), context.size(), nullptr, nonce, key.data());
  return box;
}

Result<std::string> unseal(const Key& key, const std::vector<std::uint8_t>& box, std::string_view context) {
  ready_sodium();
  const Error closed = internal("an encrypted value does not open: another SECRET_KEY, or changed bytes");
  if (box.size() < 1 + kNonceBytes + kTagBytes || box[0] != kBoxVersion) return closed;
  const std::uint8_t* const nonce = box.data() + 1;
  const std::size_t cipher_bytes = box.size() - 1 - kNonceBytes;
  std::string plain(cipher_bytes - kTagBytes, '\0');
  const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
      reinterpret_cast<std::uint8_t*>(plain.data()), nullptr, nullptr, nonce + kNonceBytes, cipher_bytes,
      bytes_of(context), context.size(), nonce, key.data());
  if (failed != 0) return closed;
  return plain;
}

std::string sha256_hex(std::string_view bytes) {
  Digest digest{};
  crypto_hash_sha256(digest.data(), bytes_of(bytes), bytes.size());
  return hex_of(digest);
}

std::string sha256_hex(std::istream& in) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  std::vector<char> piece(kPieceBytes);
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto got = static_cast<std::size_t>(in.gcount());
    crypto_hash_sha256_update(&state, bytes_of({piece.data(), got}), got);
  }
  if (!in.eof()) return {};
  Digest digest{};
  crypto_hash_sha256_final(&state, digest.data());
  return hex_of(digest);
}

std::string random_token(std::size_t bytes) {
  std::vector<std::uint8_t> random(bytes);
  fill_random(random.data(), random.size());
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes, kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), random.data(), random.size(), kVariant);
  text.pop_back();
  return text;
}

}  // namespace sentinel::auth
