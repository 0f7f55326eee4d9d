#include "auth/keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace sentinel::auth {
namespace {

template <class Bytes>
std::string hex(const Bytes& bytes) {
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

std::string bytes_from(int first, int last) {
  std::string out;
  for (int i = first; i <= last; ++i) out.push_back(static_cast<char>(i));
  return out;
}

constexpr std::string_view kSecret = "0123456789abcdef0123456789abcdef";

TEST(Hkdf, Rfc5869Cases) {
  EXPECT_EQ(hex(hkdf_sha256(std::string(22, '\x0b'), bytes_from(0x00, 0x0c), bytes_from(0xf0, 0xf9), 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(hex(hkdf_sha256(bytes_from(0x00, 0x4f), bytes_from(0x60, 0xaf), bytes_from(0xb0, 0xff), 82)),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
            "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
  EXPECT_EQ(hex(hkdf_sha256(std::string(22, '\x0b'), "", "", 42)),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(DeriveKey, IsStableAndApartByPurposeAndSecret) {
  // Computed by Python's hmac: a change here makes every token and every sealed credential unreadable.
  EXPECT_EQ(hex(derive_key(kSecret, KeyPurpose::kTokens)),
            "9580188a238962bed9352912e1d42cffa0a7fec01d1b028359c8f7fb1252942e");
  std::set<Key> keys;
  for (const auto purpose : {KeyPurpose::kTokens, KeyPurpose::kCameraCredentials, KeyPurpose::kEvidence}) {
    keys.insert(derive_key(kSecret, purpose));
    keys.insert(derive_key("0123456789abcdef0123456789abcdeX", purpose));
  }
  EXPECT_EQ(keys.size(), 6U);
}

TEST(Seal, OpensWithTheSameKeyAndContextAlone) {
  const Key key = derive_key(kSecret, KeyPurpose::kCameraCredentials);
  for (const std::string& plain : {std::string{}, std::string{"hunter2"}, std::string(5000, 'x')}) {
    const auto box = seal(key, plain, "camera_1");
    EXPECT_EQ(unseal(key, box, "camera_1").value(), plain);
    EXPECT_FALSE(unseal(key, box, "camera_2").has_value());
    EXPECT_FALSE(unseal(derive_key(kSecret, KeyPurpose::kTokens), box, "camera_1").has_value());
  }
}

TEST(Seal, EveryChangedByteAndEveryCutIsNoticed) {
  const Key key = derive_key(kSecret, KeyPurpose::kCameraCredentials);
  const auto box = seal(key, "hunter2", "camera_1");
  for (std::size_t i = 0; i < box.size(); ++i) {
    auto changed = box;
    changed[i] ^= 1U;
    EXPECT_FALSE(unseal(key, changed, "camera_1").has_value()) << i;
    const std::vector<std::uint8_t> cut(box.begin(), box.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(unseal(key, cut, "camera_1").has_value()) << i;
  }
}

TEST(Seal, TwoBoxesOfTheSameTextDiffer) {
  const Key key = derive_key(kSecret, KeyPurpose::kCameraCredentials);
  EXPECT_NE(seal(key, "hunter2", "camera_1"), seal(key, "hunter2", "camera_1"));
}

TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, OfAStreamIsThatOfItsText) {
  for (const std::size_t size : {0UL, 1UL, 65'535UL, 65'536UL, 65'537UL, 200'000UL}) {
    const std::string text(size, 'x');
    std::istringstream in{text};
    EXPECT_EQ(sha256_hex(in), sha256_hex(text)) << size;
  }
  std::ifstream folder{"/"};
  EXPECT_EQ(sha256_hex(folder), "") << "cannot be read";
  std::ifstream absent{"/absent"};
  EXPECT_EQ(sha256_hex(absent), "");
}

TEST(RandomToken, IsBase64urlOfItsLengthAndNeverTwiceTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string token = random_token(32);
    EXPECT_EQ(token.size(), 43U);
    EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
    seen.insert(token);
  }
  EXPECT_EQ(seen.size(), 100U);
}

}  // namespace
}  // namespace sentinel::auth
