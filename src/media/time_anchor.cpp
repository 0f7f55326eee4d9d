#include "media/time_anchor.hpp"

#include <algorithm>

namespace sentinel::media {

UtcTime TimeAnchor::captured_at(StreamTime stream_time, UtcTime utc, MonoTime mono) {
  const Micros now = std::chrono::duration_cast<Micros>(mono.time_since_epoch());
  const Micros wall = utc.time_since_epoch() - now;
  const Micros offset = now - stream_time;
  if (!started_) {
    started_ = true;
    wall_ = wall;
    anchor_ = offset;
    bucket_start_ = now;
  }
  follow_wall(wall);
  follow_stream(offset, now);
  return UtcTime{anchor_ + stream_time + wall_};
}

void TimeAnchor::follow_wall(Micros wall) {
  // Once alone may be this thread, put to sleep between the reading of the one clock and of the other.
  wall_odd_ = std::chrono::abs(wall - wall_) > kWallStepMin ? wall_odd_ + 1 : 0;
  if (wall_odd_ < 2) return;
  wall_ = wall;
  wall_odd_ = 0;
}

void TimeAnchor::follow_stream(Micros offset, Micros mono) {
  for (std::size_t shifts = 0; mono - bucket_start_ >= kBucket && shifts < kBuckets; ++shifts) {
    std::shift_right(least_.begin(), least_.end(), 1);
    least_.front().reset();
    bucket_start_ += kBucket;
  }
  if (mono - bucket_start_ >= kBucket) bucket_start_ = mono;
  least_.front() = std::min(offset, least_.front().value_or(offset));
  if (offset < anchor_) {
    anchor_ = offset;
    return;
  }
  // Buckets without a picture say nothing; a window not yet full is not enough to move later.
  if (!least_.back()) return;
  Micros least = *least_.back();
  for (const auto& each : least_) least = std::min(least, each.value_or(least));
  if (least - anchor_ > kDriftMax) anchor_ = least;
}

Pacer::Plan Pacer::next(StreamTime stream_time, MonoTime now) {
  if (!start_) start_ = now - stream_time;
  Plan plan;
  plan.wait = std::chrono::duration_cast<std::chrono::microseconds>(*start_ + stream_time - now);
  if (plan.wait < -kLateMax) {
    plan.slipped = -plan.wait;
    *start_ += plan.slipped;
  }
  plan.wait = std::max(plan.wait, std::chrono::microseconds{0});
  return plan;
}

}  // namespace sentinel::media
