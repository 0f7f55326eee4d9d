// From decoded frames to those worth a look: sampled to fps_max, and marked by the motion gate. It runs in
// the reader's thread: under a millisecond a frame, and the gate sees every sampled frame also under
// overload.
#pragma once

#include <optional>
#include <string>

#include "base/time.hpp"
#include "pipeline/attention.hpp"
#include "pipeline/items.hpp"
#include "pipeline/stage.hpp"
#include "vision/motion.hpp"

namespace sentinel::pipeline {

// A frame as the reader hands it on.
struct DecodedFrame {
  domain::FramePtr frame;
  int opening = 0;
};

// Picks frames by stream time so that on average at most `fps_max` a second pass. A frame may come a quarter
// of an interval early, so a stream of exactly fps_max with trembling timestamps passes whole.
class FrameSampler {
 public:
  explicit FrameSampler(double fps_max);
  bool take(StreamTime time);
  void restart() { due_.reset(); }

 private:
  StreamTime interval_;
  std::optional<StreamTime> due_;
};

struct InferConfig {
  bool motion_gate = true;          // false: every sampled frame is inferred
  StreamTime linger{1'000'000};     // inferred on for so long after the last motion
  StreamTime heartbeat{2'000'000};  // inferred at least so often, whatever moves
};

// Infer this frame, or hold the tracks?
class InferPolicy {
 public:
  explicit InferPolicy(const InferConfig& config) : config_{config} {}
  // `attention`: the tracker lost somebody and wants to look.
  bool step(StreamTime time, bool moving, bool attention);
  void restart();

 private:
  InferConfig config_;
  std::optional<StreamTime> moved_;
  std::optional<StreamTime> inferred_;
};

class GateStage final : public Stage<DecodedFrame, GatedFrame> {
 public:
  GateStage(double fps_max, const InferConfig& infer, const vision::MotionConfig& motion,
            Attention& attention);

  std::string_view name() const noexcept override { return "gate"; }
  // Emits a sampled frame; drops another as kOverRate, and as kOutOfOrder one whose time does not grow.
  void process(DecodedFrame item, const Emit<GatedFrame>& emit) override;

 private:
  void restart(int opening);

  const InferConfig infer_;
  const vision::MotionConfig motion_;
  Attention& attention_;
  FrameSampler sampler_;
  InferPolicy policy_;
  std::optional<vision::MotionGate> gate_;
  int opening_ = 0;
  std::optional<StreamTime> latest_;
  std::uint64_t next_number_ = 0;
};

}  // namespace sentinel::pipeline
