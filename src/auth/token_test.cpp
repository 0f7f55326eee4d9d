#include "auth/token.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace sentinel::auth {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

Key test_key() {
  Key key{};
  std::iota(key.begin(), key.end(), std::uint8_t{0});
  return key;
}

UtcTime at(std::int64_t unix_seconds) {
  return UtcTime{seconds{unix_seconds}};
}

// Made by PyJWT with the key 00 01 … 1f.
const std::string kForeign =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJzdWIiOiI3IiwibmFtZSI6ImV2ZSIsInJvbGUiOiJvcGVyYXRvciIsInNpZCI6InNfMSIsImV4cCI6MTgwMDAwMDAwMCwiaWF0Ijox"
    "Nzk5OTk5MT"
    "AwfQ.eGR71MD533YPSRryeohbmgs-xD2ymGGf0o8deZrugN0";
const std::string kAlgNone =
    "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0."
    "eyJzdWIiOiI3IiwibmFtZSI6ImV2ZSIsInJvbGUiOiJhZG1pbiIsInNpZCI6InNfMSIsImV4cCI6MTgwMDAwMDAwMCwiaWF0IjoxNzk5"
    "OTk5MTAwfQ"
    ".";
const std::string kAlgHs512 =
    "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9."
    "eyJzdWIiOiI3IiwibmFtZSI6ImV2ZSIsInJvbGUiOiJhZG1pbiIsInNpZCI6InNfMSIsImV4cCI6MTgwMDAwMDAwMCwiaWF0IjoxNzk5"
    "OTk5MTAwfQ"
    ".5UPJ37CeHAcAmX8UpaQ8IpHMPpFQRYSKtsK475XWaGrdOiE-Et2Pz6onzGMfbRhILWXBe60xW5zylze7XU_Tig";

const Caller kEve{.user_id = 7,
                  .username = "eve",
                  .role = Role::kOperator,
                  .cameras = {},
                  .session_id = "s_1",
                  .expires_at = at(1'800'000'000)};

void expect_refused(const TokenSigner& signer, const std::string& token, UtcTime now = at(1'799'999'200)) {
  const auto caller = signer.verify(token, now);
  ASSERT_FALSE(caller.has_value()) << token;
  EXPECT_EQ(caller.error().kind, ErrorKind::kUnauthenticated);
  EXPECT_EQ(caller.error().message, "Could not validate credentials") << "the client learns no reason";
}

TEST(Token, IsThatOfAnotherImplementation) {
  const TokenSigner signer{test_key()};
  EXPECT_EQ(signer.sign(kEve, at(1'799'999'100)), kForeign);
  const auto caller = signer.verify(kForeign, at(1'799'999'200));
  ASSERT_TRUE(caller.has_value());
  EXPECT_EQ(caller->user_id, 7);
  EXPECT_EQ(caller->username, "eve");
  EXPECT_EQ(caller->role, Role::kOperator);
  EXPECT_EQ(caller->session_id, "s_1");
  EXPECT_EQ(caller->expires_at, at(1'800'000'000));
}

TEST(Token, KeepsNamesOfAnySpelling) {
  const TokenSigner signer{test_key()};
  for (const std::string name :
       {"a\"b\\c", "Ünïcödé 名", "tab\there\x01\x1f", "\",\"role\":\"admin", "\\u0041", ""}) {
    Caller caller = kEve;
    caller.username = name;
    const auto back = signer.verify(signer.sign(caller, at(0)), at(0));
    ASSERT_TRUE(back.has_value()) << name;
    EXPECT_EQ(back->username, name);
    EXPECT_EQ(back->role, Role::kOperator);
  }
}

TEST(Token, ExpiresAtItsSecond) {
  const TokenSigner signer{test_key()};
  EXPECT_TRUE(signer.verify(kForeign, at(1'800'000'000) - microseconds{1}).has_value());
  expect_refused(signer, kForeign, at(1'800'000'000));
  expect_refused(signer, kForeign, at(1'800'000'001));
}

TEST(Token, ForeignAlgorithmsAreRefused) {
  const TokenSigner signer{test_key()};
  expect_refused(signer, kAlgNone);
  expect_refused(signer, kAlgNone.substr(0, kAlgNone.size() - 1));
  expect_refused(signer, kAlgHs512);
  // "none" in the header, our own signature behind it.
  expect_refused(signer, kAlgNone + kForeign.substr(kForeign.rfind('.') + 1));
}

TEST(Token, AnotherKeyIsRefused) {
  Key other = test_key();
  other[31] ^= 1U;
  expect_refused(TokenSigner{other}, kForeign);
}

TEST(Token, EveryChangedCharacterIsNoticed) {
  const TokenSigner signer{test_key()};
  for (std::size_t i = 0; i < kForeign.size(); ++i) {
    for (const char c : {'A', 'B', '0', '_', '=', '.', ' ', '\0'}) {
      std::string changed = kForeign;
      if (changed[i] == c) continue;
      changed[i] = c;
      expect_refused(signer, changed);
    }
  }
}

TEST(Token, EveryCutAndEveryTailIsNoticed) {
  const TokenSigner signer{test_key()};
  for (std::size_t length = 0; length < kForeign.size(); ++length) {
    expect_refused(signer, kForeign.substr(0, length));
  }
  for (const char* tail : {"=", "==", ".", ".AAAA", "A", " ", "\n"}) expect_refused(signer, kForeign + tail);
}

TEST(Token, OneTextForOneSignature) {
  // 32 bytes fill 42.67 characters: the last one has two bits over, which a lax reader ignores.
  const TokenSigner signer{test_key()};
  ASSERT_EQ(kForeign.back(), '0');  // 110100
  for (const char c : {'1', '2', '3'}) {
    std::string changed = kForeign;
    changed.back() = c;
    expect_refused(signer, changed);
  }
}

TEST(Token, TooLongIsRefused) {
  const TokenSigner signer{test_key()};
  Caller caller = kEve;
  caller.username = std::string(kTokenBytesMax, 'x');
  expect_refused(signer, signer.sign(caller, at(0)));
}

}  // namespace
}  // namespace sentinel::auth
