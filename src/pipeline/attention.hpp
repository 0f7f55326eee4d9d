// Word from the tracker back to the motion gate: a track was lost, so look at every frame until that is
// settled.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace sentinel::pipeline {

// One camera's. Thread-safe: the track stage reports, the gate asks.
class Attention {
 public:
  // With `lag` 0 wanted() answers the latest word at once: live. With `lag` > 0 it answers the word on the
  // frame `lag` frames before and waits until that is spoken: the decisions then do not depend on the speed
  // of the machine, and the same file gives the same events. A lag of 1 makes the stages take turns.
  explicit Attention(std::uint64_t lag) : lag_{lag} {}

  // The tracks after frame `number` need attention or not. Called for every frame in order, whatever became
  // of it: the gate may be waiting.
  void report(std::uint64_t number, bool needed) {
    {
      const std::lock_guard lock{mutex_};
      ring_[number % kRing] = needed;
      reported_ = number + 1;
    }
    spoken_.notify_all();
  }

  // Should frame `number` be looked at for the sake of the tracks?
  bool wanted(std::uint64_t number) {
    std::unique_lock lock{mutex_};
    if (lag_ == 0) return reported_ > 0 && ring_[(reported_ - 1) % kRing];
    if (number < lag_) return false;
    spoken_.wait(lock, [&] { return reported_ > number - lag_; });
    return ring_[(number - lag_) % kRing];
  }

 private:
  static constexpr std::uint64_t kRing = 64;  // above any lag: the gate is never further ahead than that

  const std::uint64_t lag_;
  std::mutex mutex_;
  std::condition_variable spoken_;
  bool ring_[kRing]{};
  std::uint64_t reported_ = 0;  // frames reported so far
};

}  // namespace sentinel::pipeline
