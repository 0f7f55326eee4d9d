#include "pipeline/gate_stage.hpp"

#include <algorithm>
#include <utility>

namespace sentinel::pipeline {

bool InferPolicy::step(StreamTime time, const vision::MotionResult& motion, bool attention) {
  if (motion.moving) moved_ = time;
  const bool lingering = moved_ && time - *moved_ < config_.linger;
  const auto patience =
      motion.stirring ? std::min(config_.stirring_every, config_.heartbeat) : config_.heartbeat;
  const bool overdue = !inferred_ || time - *inferred_ >= patience;
  if (config_.motion_gate && !motion.moving && !lingering && !overdue && !attention) return false;
  inferred_ = time;
  return true;
}

void InferPolicy::restart() {
  moved_.reset();
  inferred_.reset();
}

void GateStage::process(SampledFrame item, const Emit<GatedFrame>& emit) {
  if (item.opening != opening_) {
    opening_ = item.opening;
    policy_.restart();
    gate_.emplace(motion_);
  }
  const auto motion = infer_.motion_gate ? gate_->step(*item.frame, item.word.still) : vision::MotionResult{};
  const bool infer = policy_.step(item.frame->stream_time, motion, item.word.attention);
  emit(GatedFrame{std::move(item.frame), item.number, item.opening, infer});
}

}  // namespace sentinel::pipeline
