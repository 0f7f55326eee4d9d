#include "base/bounded_queue.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <thread>

namespace sentinel {
namespace {

TEST(BoundedQueue, DropsTheOldestAndCountsIt) {
  BoundedQueue<int> queue{2, Overflow::kDropOldest};
  EXPECT_EQ(queue.push(1), PushOutcome::kAccepted);
  EXPECT_EQ(queue.push(2), PushOutcome::kAccepted);
  EXPECT_EQ(queue.push(3), PushOutcome::kDroppedOldest);
  EXPECT_EQ(queue.dropped(), 1U);
  EXPECT_EQ(queue.drain(10), (std::vector<int>{2, 3}));
}

TEST(BoundedQueue, RefusesWhenItIsFull) {
  BoundedQueue<int> queue{1, Overflow::kRefuse};
  EXPECT_EQ(queue.push(1), PushOutcome::kAccepted);
  EXPECT_EQ(queue.push(2), PushOutcome::kRefused);
  EXPECT_EQ(queue.dropped(), 1U);
  EXPECT_EQ(queue.pop({}), 1);
}

TEST(BoundedQueue, GivesWhatWaitsAfterItWasClosed) {
  BoundedQueue<int> queue{4, Overflow::kBlock};
  queue.push(1);
  queue.close();
  EXPECT_EQ(queue.push(2), PushOutcome::kClosed);
  EXPECT_EQ(queue.pop({}), 1);
  EXPECT_EQ(queue.pop({}), std::nullopt);
}

TEST(BoundedQueue, EndsAWaitWhenStopIsRequested) {
  BoundedQueue<int> queue{4, Overflow::kBlock};
  std::jthread waiter{[&](const std::stop_token& stop) { EXPECT_EQ(queue.pop(stop), std::nullopt); }};
}

TEST(BoundedQueue, TimesOut) {
  BoundedQueue<int> queue{4, Overflow::kBlock};
  EXPECT_EQ(queue.pop_for({}, std::chrono::milliseconds{1}), std::nullopt);
}

TEST(BoundedQueue, BlocksItsProducersAndLosesNothing) {
  constexpr int kEach = 2'000;
  BoundedQueue<int> queue{3, Overflow::kBlock};
  std::int64_t sum = 0;
  std::jthread consumer{[&] {
    while (const auto item = queue.pop({})) sum += *item;
  }};
  {
    const auto produce = [&] {
      for (int i = 1; i <= kEach; ++i) queue.push(i);
    };
    const std::jthread first{produce};
    const std::jthread second{produce};
  }
  queue.close();
  consumer.join();
  EXPECT_EQ(sum, std::int64_t{kEach} * (kEach + 1));
  EXPECT_EQ(queue.dropped(), 0U);
}

}  // namespace
}  // namespace sentinel
