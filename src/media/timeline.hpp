// The time of each picture within its stream: what rules and trackers measure with, so it must never lie by
// much and never run backwards, whatever timestamps a camera or a file gives. Pure.
#pragma once

#include <chrono>
#include <optional>

#include "base/time.hpp"

namespace sentinel::media {

struct TimelineConfig {
  StreamTime frame_duration{40'000};  // by the stream's frame rate: stands in where timestamps are missing
  StreamTime jump_max{10'000'000};    // a longer step forward is a jump of the timestamps, not a pause
  bool live = false;                  // pictures come when they are taken, so their arrival tells true time
};

// Not thread-safe: one per opening of a source.
class Timeline {
 public:
  explicit Timeline(const TimelineConfig& config) : config_{config} {}

  // The stream time of the next picture, in display order: 0 for the first, then greater by kStepMin at
  // least. `timestamp` is the stream's own, from any origin; `arrival` is when the picture came and matters
  // only when live.
  // - No timestamp: one frame after the last picture (live: as long after it as it arrived).
  // - A step back of up to kBackMax is jitter: the picture is moved to just after the last one.
  // - A longer step back (a wrap, a restarted camera), a step forward over jump_max (live: over jump_max more
  // than
  //   arrivals tell), or the third repair in a row: the timestamps are joined anew as if there were none.
  StreamTime next(std::optional<StreamTime> timestamp, MonoTime arrival);

  // So many pictures before the next one were lost: where timestamps are missing, they take their time as
  // well.
  void skip(int pictures) { skipped_ += pictures; }

  // The next timestamp belongs to a new pass over the same file: it follows the last picture by one frame.
  void join_next() { join_next_ = true; }

  static constexpr StreamTime kStepMin{1'000};
  static constexpr StreamTime kBackMax{200'000};
  static constexpr int kRepairsMax = 2;

 private:
  StreamTime blind_step(MonoTime arrival) const;
  bool is_jump(StreamTime step, MonoTime arrival) const;

  TimelineConfig config_;
  bool started_ = false;
  bool join_next_ = false;
  StreamTime last_{0};
  MonoTime last_arrival_{};
  std::optional<StreamTime> offset_;  // stream time minus timestamp
  int repairs_ = 0;                   // in a row
  int skipped_ = 0;                   // since the last picture
};

}  // namespace sentinel::media
