#include "pipeline/gate_stage.hpp"

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

bool InferPolicy::step(StreamTime time, bool moving, bool attention) {
  if (moving) moved_ = time;
  const bool lingering = moved_ && time - *moved_ < config_.linger;
  const bool overdue = !inferred_ || time - *inferred_ >= config_.heartbeat;
  if (config_.motion_gate && !lingering && !overdue && !attention) return false;
  inferred_ = time;
  return true;
}

void InferPolicy::restart() {
  moved_.reset();
  inferred_.reset();
}

GateStage::GateStage(double fps_max, const InferConfig& infer, const vision::MotionConfig& motion,
                     Attention& attention)
    : infer_{infer}, motion_{motion}, attention_{attention}, sampler_{fps_max}, policy_{infer} {}

void GateStage::process(DecodedFrame item, const Emit<GatedFrame>& emit) {
  if (item.opening != opening_) restart(item.opening);
  const StreamTime time = item.frame->stream_time;
  if (latest_ && time <= *latest_) return emit.drop(DropReason::kOutOfOrder);
  latest_ = time;
  if (!sampler_.take(time)) return emit.drop(DropReason::kOverRate);
  const bool moving = infer_.motion_gate && gate_->step(*item.frame).moving;
  const bool infer = policy_.step(time, moving, attention_.wanted(next_number_));
  emit(GatedFrame{std::move(item.frame), next_number_++, item.opening, infer});
}

void GateStage::restart(int opening) {
  opening_ = opening;
  latest_.reset();
  sampler_.restart();
  policy_.restart();
  gate_.emplace(motion_);
}

}  // namespace sentinel::pipeline
