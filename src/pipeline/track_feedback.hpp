// Word from the tracker back to the motion gate.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "domain/box.hpp"

namespace sentinel::pipeline {

// What the tracks after a frame ask of the frames that follow.
struct TrackWord {
  bool attention = false;            // a track was lost: look at every frame until that is settled
  std::vector<domain::Box> still{};  // where stationary tracks are: motion there is nothing new
};

// One camera's. Thread-safe: the track stage reports, the gate hears.
class TrackFeedback {
 public:
  // With `lag` 0 heard() answers the latest word at once: live. With `lag` > 0 it answers the word on the
  // frame `lag` frames before and waits until that is spoken: the decisions then do not depend on the speed
  // of the machine, and the same file gives the same events. A lag of 1 makes the stages take turns.
  explicit TrackFeedback(std::uint64_t lag) : lag_{lag} {}

  // The word on frame `number`. Called for every frame in order, whatever became of it: the gate may be
  // waiting.
  void report(std::uint64_t number, TrackWord word) {
    {
      const std::lock_guard lock{mutex_};
      ring_[number % kRing] = std::move(word);
      reported_ = number + 1;
    }
    spoken_.notify_all();
  }

  // The word that holds for frame `number`.
  TrackWord heard(std::uint64_t number) {
    std::unique_lock lock{mutex_};
    if (lag_ == 0) return reported_ == 0 ? TrackWord{} : ring_[(reported_ - 1) % kRing];
    if (number < lag_) return {};
    spoken_.wait(lock, [&] { return reported_ > number - lag_; });
    return ring_[(number - lag_) % kRing];
  }

 private:
  static constexpr std::uint64_t kRing = 64;  // above any lag: the gate is never further ahead than that

  const std::uint64_t lag_;
  std::mutex mutex_;
  std::condition_variable spoken_;
  std::array<TrackWord, kRing> ring_{};
  std::uint64_t reported_ = 0;  // frames reported so far
};

}  // namespace sentinel::pipeline
