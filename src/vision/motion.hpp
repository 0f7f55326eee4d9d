// The motion gate: does anything move in this picture? Decided on a reduced luma plane, pure and cheap.
#pragma once

#include <cstdint>
#include <vector>

#include "domain/frame.hpp"

namespace sentinel::vision {

struct MotionConfig {
  int cell_px = 8;                // frame pixels a side of one reduced sample
  float noise_gain = 4;           // a sample has moved when it differs by this many noise deviations …
  float difference_min = 6;       // … and by at least so many of 255 luma steps
  float area_min = 0.0008F;       // moved share of the picture that opens the gate
  float background_rate = 0.02F;  // share of the difference that the background takes over a frame
};

struct MotionResult {
  bool moving = false;
  float area = 0;  // share of the picture that moved, 0..1
};

// A running background and noise estimate for one camera. Used by one thread. A change of the frame's size
// starts it anew; the first frames after a start count as moving.
class MotionGate {
 public:
  explicit MotionGate(const MotionConfig& config) : config_{config} {}
  MotionResult step(const domain::Frame& frame);

 private:
  MotionConfig config_;
  int columns_ = 0;
  int rows_ = 0;
  int frames_seen_ = 0;
  std::vector<float> sample_;
  std::vector<float> background_;
  std::vector<float> noise_;  // running mean of the absolute difference
};

}  // namespace sentinel::vision
