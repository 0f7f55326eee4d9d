// Which of the sampled frames the detector looks at. It runs in the reader's thread: under a millisecond a
// frame, and the gate sees every sampled frame also under overload.
#pragma once

#include <optional>

#include "base/time.hpp"
#include "pipeline/items.hpp"
#include "pipeline/stage.hpp"
#include "vision/motion.hpp"

namespace sentinel::pipeline {

struct InferConfig {
  bool motion_gate = true;             // false: every sampled frame is inferred
  StreamTime linger{500'000};          // inferred on for so long after the gate closed, which lingers itself
  StreamTime stirring_every{500'000};  // inferred so often while only stationary tracks move, in their places
  StreamTime heartbeat{2'000'000};     // inferred at least so often, whatever moves
};

// Infer this frame, or hold the tracks?
class InferPolicy {
 public:
  explicit InferPolicy(const InferConfig& config) : config_{config} {}
  // `attention`: the tracker lost somebody and wants to look.
  bool step(StreamTime time, const vision::MotionResult& motion, bool attention);
  void restart();

 private:
  InferConfig config_;
  std::optional<StreamTime> moved_;
  std::optional<StreamTime> inferred_;
};

// Emits every frame.
class GateStage final : public Stage<SampledFrame, GatedFrame> {
 public:
  GateStage(const InferConfig& infer, const vision::MotionConfig& motion)
      : infer_{infer}, motion_{motion}, policy_{infer} {}

  std::string_view name() const noexcept override { return "gate"; }
  void process(SampledFrame item, const Emit<GatedFrame>& emit) override;

 private:
  const InferConfig infer_;
  const vision::MotionConfig motion_;
  InferPolicy policy_;
  std::optional<vision::MotionGate> gate_;
  int opening_ = 0;
};

}  // namespace sentinel::pipeline
