#include "pipeline/sample_stage.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sentinel::pipeline {

FrameSampler::FrameSampler(double fps_max) : interval_{std::llround(1e6 / fps_max)} {}

bool FrameSampler::take(StreamTime time) {
  if (!due_) due_ = time;
  if (time + interval_ / 4 < *due_) return false;
  // A late frame does not push the next one back; after a gap at most one missed turn is made up for.
  *due_ = std::max(*due_ + interval_, time);
  return true;
}

void SampleStage::process(DecodedFrame item, const Emit<SampledFrame>& emit) {
  const StreamTime time = item.frame->stream_time;
  if (item.opening != opening_) {
    opening_ = item.opening;
    sampler_.restart();
  } else if (latest_ && time <= *latest_) {
    return emit.drop(DropReason::kOutOfOrder);
  }
  latest_ = time;
  if (!sampler_.take(time)) return emit.drop(DropReason::kOverRate);
  emit(SampledFrame{std::move(item.frame), next_number_++, item.opening, {}});
}

}  // namespace sentinel::pipeline
