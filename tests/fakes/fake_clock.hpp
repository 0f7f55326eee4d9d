// A clock that stands still until a test moves it.
#pragma once

#include <atomic>
#include <chrono>

#include "base/clock.hpp"

namespace sentinel::fakes {

// Thread-safe. Both clocks move together.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(UtcTime start = UtcTime{std::chrono::seconds{1'700'000'000}}) : start_{start} {}

  UtcTime utc_now() const override { return start_ + passed(); }
  // Never zero, so that a default-constructed MonoTime lies in the past.
  MonoTime mono_now() const override { return MonoTime{std::chrono::hours{1}} + passed(); }

  void advance(std::chrono::microseconds by) { passed_us_.fetch_add(by.count()); }

 private:
  std::chrono::microseconds passed() const { return std::chrono::microseconds{passed_us_.load()}; }

  UtcTime start_;
  std::atomic<std::int64_t> passed_us_{0};
};

}  // namespace sentinel::fakes
