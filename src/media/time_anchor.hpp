// Stream time on the wall clock: when a picture was taken, as well as it can be known without the camera's
// clock. Pure.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>

#include "base/time.hpp"

namespace sentinel::media {

// For live streams. The network and the camera's encoder can only delay a picture, so the picture that came
// with the least delay tells best when stream time 0 was: the anchor is the least (arrival - stream time) of
// the last kWindow.
// - A picture earlier than the anchor allows moves it at once, by as much. Captured time then equals that
// picture's
//   arrival, so it still does not decrease.
// - The anchor moves later only when *every* picture of the window was later than it by more than kDriftMax:
// a clock
//   that drifts is followed, a late burst shorter than the window moves nothing, neither there nor back.
// - A step of the wall clock (by more than kWallStepMin, seen in two pictures in a row) is followed at once;
// only a
//   step back can make captured time decrease.
// So captured time is at most the arrival, and behind the true time by no more than the least delay of the
// window and kDriftMax. Camera clocks and RTCP sender reports are not trusted: they are wrong too often.
class TimeAnchor {
 public:
  // `stream_time` must not decrease, nor `mono`. `utc` and `mono` are the same moment, the picture's arrival.
  UtcTime captured_at(StreamTime stream_time, UtcTime utc, MonoTime mono);

  static constexpr std::chrono::seconds kBucket{5};
  static constexpr std::size_t kBuckets = 4;
  static constexpr std::chrono::seconds kWindow = kBucket * kBuckets;
  static constexpr std::chrono::milliseconds kDriftMax{200};
  static constexpr std::chrono::milliseconds kWallStepMin{250};

 private:
  using Micros = std::chrono::microseconds;
  void follow_wall(Micros wall);
  void follow_stream(Micros offset, Micros mono);

  bool started_ = false;
  Micros wall_{0};    // UTC minus mono
  int wall_odd_ = 0;  // pictures in a row that saw another difference
  Micros anchor_{0};  // mono at stream time 0
  Micros bucket_start_{0};
  std::array<std::optional<Micros>, kBuckets> least_{};  // of each bucket; the newest first
};

// For files played at their own pace: tells when a picture is due, and when the plan had to slip.
class Pacer {
 public:
  struct Plan {
    std::chrono::microseconds wait{0};     // until the picture is due
    std::chrono::microseconds slipped{0};  // by how much this and all later pictures became later
  };
  // A reader that fell behind by more than kLateMax goes on from there; by less, it catches up.
  Plan next(StreamTime stream_time, MonoTime now);

  static constexpr std::chrono::milliseconds kLateMax{1000};

 private:
  std::optional<MonoTime> start_;  // when stream time 0 is due
};

}  // namespace sentinel::media
