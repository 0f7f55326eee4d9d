#include "media/timeline.hpp"

#include <algorithm>

namespace sentinel::media {

StreamTime Timeline::blind_step(MonoTime arrival) const {
  if (!config_.live) return std::max(config_.frame_duration * (1 + skipped_), kStepMin);
  return std::max(std::chrono::duration_cast<StreamTime>(arrival - last_arrival_), kStepMin);
}

bool Timeline::is_jump(StreamTime step, MonoTime arrival) const {
  if (step < -kBackMax) return true;
  if (step <= config_.jump_max) return false;
  return !config_.live || step - blind_step(arrival) > config_.jump_max;
}

StreamTime Timeline::next(std::optional<StreamTime> timestamp, MonoTime arrival) {
  StreamTime now{0};
  if (started_) {
    now = last_ + (join_next_ ? config_.frame_duration : blind_step(arrival));
    if (timestamp && offset_ && !join_next_) {
      const StreamTime step = *timestamp + *offset_ - last_;
      repairs_ = step < kStepMin ? repairs_ + 1 : 0;
      if (!is_jump(step, arrival) && repairs_ <= kRepairsMax) {
        now = last_ + std::max(step, kStepMin);
        timestamp.reset();  // the offset stands
      }
    }
  }
  if (timestamp) offset_ = now - *timestamp;
  started_ = true;
  join_next_ = false;
  skipped_ = 0;
  last_ = now;
  last_arrival_ = arrival;
  return now;
}

}  // namespace sentinel::media
