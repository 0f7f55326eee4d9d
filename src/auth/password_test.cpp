#include "auth/password.hpp"

#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

namespace sentinel::auth {
namespace {

constexpr PasswordCost kCheap{.operations = 1, .memory_bytes = 64UL << 10U};

// Made by other implementations: Python's bcrypt and crypt, and argon2-cffi (salt "0123456789abcdef").
const std::string kBcrypt = "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";
const std::string kArgon =
    "$argon2id$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MjZP1+1U9JUbDWvDvtLyEsZiNXOKEUxfi6O2oe46uxA";
const std::string kArgonFourLanes =
    "$argon2id$v=19$m=128,t=2,p=4$MDEyMzQ1Njc4OWFiY2RlZg$e1IKJLUDu8EHFtYdbPioBZE0pBoGqpL4BD7CTwBa9YI";
const std::string kArgonOfKindI =
    "$argon2i$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$upMolgTkMlwbVBjdk8MFwkTNVPmQTsViYFz5ZF/pVVg";

TEST(Password, HashVerifiesItsOwnPasswordOnly) {
  const std::string hash = hash_password("correct horse", kCheap);
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
  EXPECT_TRUE(verify_password("correct horse", hash));
  EXPECT_FALSE(verify_password("correct horsf", hash));
  EXPECT_FALSE(verify_password("", hash));
  EXPECT_NE(hash, hash_password("correct horse", kCheap)) << "the salt is fresh each time";
}

TEST(Password, VerifiesHashesOfOtherPrograms) {
  EXPECT_TRUE(verify_password("correct horse", kArgon));
  EXPECT_TRUE(verify_password("correct horse", kArgonFourLanes));
  EXPECT_FALSE(verify_password("wrong horse", kArgonFourLanes));
  EXPECT_TRUE(verify_password("correct horse", kBcrypt));
  EXPECT_FALSE(verify_password("wrong horse", kBcrypt));
  EXPECT_TRUE(verify_password("пароль €", "$2b$04$/xoHujlm7XWMRY7w2jKQUeFAJLjUY3hDL6McDnCiefEHiTdugpqgG"));
}

TEST(Password, BcryptOfEverySpelling) {
  for (const char letter : {'a', 'b', 'y'}) {
    std::string hash = kBcrypt;
    hash[2] = letter;
    EXPECT_TRUE(verify_password("correct horse", hash)) << letter;
  }
  std::string broken_kind = kBcrypt;
  broken_kind[2] = 'x';  // the kind with the sign bug of 2011
  EXPECT_FALSE(verify_password("correct horse", broken_kind));
}

TEST(Password, BcryptReads72BytesAndArgonAll) {
  const std::string bcrypt = "$2b$04$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe";
  const std::string long_password(72, 'a');
  EXPECT_TRUE(verify_password(long_password, bcrypt));
  EXPECT_TRUE(verify_password(long_password + "b", bcrypt));
  EXPECT_FALSE(verify_password(long_password + "b", hash_password(long_password, kCheap)));
}

TEST(Password, ZeroBytesDoNotShortenAPassword) {
  const std::string with_zero{"correct horse\0and more", 22};
  EXPECT_FALSE(verify_password(with_zero, kBcrypt));
  EXPECT_FALSE(verify_password(with_zero, kArgon));
  EXPECT_TRUE(verify_password(with_zero, hash_password(with_zero, kCheap)));
}

TEST(Password, UnknownAndTooCostlyHashesAreRefused) {
  for (const std::string hash : {
           "",
           "plain",
           "$1$salt$hash",
           "$2b$",
           "$6$rounds=5000$salt$hash",
           "*",
           "*0",
           "$2b$16$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",  // 65,536 times the work of cost 0
           "$2b$xx$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
           "$argon2id$v=19$m=64,t=1,p=1",
           "$argon2id$v=19$m=262145,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MjZP1+"
           "1U9JUbDWvDvtLyEsZiNXOKEUxfi6O2oe46uxA",
           "$argon2id$v=19$m=64,t=17,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MjZP1+1U9JUbDWvDvtLyEsZiNXOKEUxfi6O2oe46uxA",
           "$argon2id$v=16$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MjZP1+1U9JUbDWvDvtLyEsZiNXOKEUxfi6O2oe46uxA",
       }) {
    EXPECT_FALSE(is_supported_hash(hash)) << hash;
    EXPECT_FALSE(verify_password("correct horse", hash)) << hash;
  }
  EXPECT_FALSE(is_supported_hash(kArgonOfKindI));
  EXPECT_FALSE(verify_password("correct horse", kArgonOfKindI));
  EXPECT_TRUE(is_supported_hash(kBcrypt));
  EXPECT_TRUE(is_supported_hash(kArgonFourLanes));
}

TEST(Password, NeedsRehashWhenKindOrCostDiffer) {
  EXPECT_FALSE(needs_rehash(kArgon, kCheap));
  EXPECT_TRUE(needs_rehash(kArgon, {.operations = 2, .memory_bytes = 64UL << 10U}));
  EXPECT_TRUE(needs_rehash(kArgon, {.operations = 1, .memory_bytes = 128UL << 10U}));
  EXPECT_TRUE(needs_rehash(kBcrypt, kCheap));
  EXPECT_TRUE(needs_rehash("", kCheap));
}

TEST(Password, CostOutOfRangeThrows) {
  EXPECT_THROW(hash_password("p", {.operations = 0, .memory_bytes = 64UL << 10U}), std::runtime_error);
  EXPECT_THROW(hash_password("p", {.operations = 1, .memory_bytes = 1}), std::runtime_error);
}

}  // namespace
}  // namespace sentinel::auth
