#include "auth/hash_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <new>
#include <stdexcept>

namespace sentinel::auth {
namespace {

constexpr PasswordCost kCheap{.operations = 1, .memory_bytes = 64UL << 10U};

TEST(HashPool, HashesAndVerifies) {
  HashPool pool{{.cost = kCheap}};
  const auto hash = pool.hash("correct horse");
  ASSERT_TRUE(hash.has_value());
  EXPECT_FALSE(needs_rehash(*hash, pool.cost()));
  EXPECT_TRUE(pool.verify("correct horse", *hash).value());
  EXPECT_FALSE(pool.verify("wrong horse", *hash).value());
}

TEST(HashPool, ThrowsInTheCallerWhatTheJobThrows) {
  HashPool pool{{.cost = {.operations = 0, .memory_bytes = 1}}};
  EXPECT_THROW(static_cast<void>(pool.hash("p")), std::runtime_error);
  EXPECT_FALSE(pool.verify("p", "unknown").value()) << "and goes on";
}

TEST(HashPool, NoThreadsAndAFullQueueRefuse) {
  // With no thread at all nothing is ever taken out, so the bound is reached without any race.
  HashPool pool{{.threads = 0, .queue_max = 0, .cost = kCheap}};
  const auto answer = pool.hash("correct horse");
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kThrottled);
  EXPECT_EQ(pool.verify("p", "h").error().kind, ErrorKind::kThrottled);
  EXPECT_EQ(pool.refused(), 2U);
}

TEST(HashPool, ManyCallersAtOnceAreAnsweredOrRefused) {
  HashPool pool{{.threads = 2, .queue_max = 4, .cost = kCheap}};
  const std::string hash = pool.hash("correct horse").value();
  constexpr int kCallers = 16;
  std::atomic<int> answered = 0;
  std::atomic<int> throttled = 0;
  std::latch start{kCallers};
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < kCallers; ++i) {
      callers.emplace_back([&] {
        start.arrive_and_wait();
        const auto matches = pool.verify("correct horse", hash);
        if (matches && *matches) ++answered;
        if (!matches && matches.error().kind == ErrorKind::kThrottled) ++throttled;
      });
    }
  }
  EXPECT_EQ(answered + throttled, kCallers);
  EXPECT_GE(answered, 4);
  EXPECT_EQ(pool.refused(), static_cast<std::uint64_t>(throttled));
  EXPECT_EQ(pool.waiting(), 0U);
}

}  // namespace
}  // namespace sentinel::auth
