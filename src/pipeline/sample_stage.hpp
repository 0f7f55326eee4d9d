// From decoded frames to those that are analysed: at most fps_max a second, in the order of their time.
#pragma once

#include <optional>

#include "base/time.hpp"
#include "pipeline/items.hpp"
#include "pipeline/stage.hpp"

namespace sentinel::pipeline {

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

class SampleStage final : public Stage<DecodedFrame, SampledFrame> {
 public:
  explicit SampleStage(double fps_max) : sampler_{fps_max} {}

  std::string_view name() const noexcept override { return "sample"; }
  // Emits a sampled frame; drops another as kOverRate, and as kOutOfOrder one whose time does not grow.
  void process(DecodedFrame item, const Emit<SampledFrame>& emit) override;

 private:
  FrameSampler sampler_;
  int opening_ = 0;
  std::optional<StreamTime> latest_;
  std::uint64_t next_number_ = 0;
};

}  // namespace sentinel::pipeline
