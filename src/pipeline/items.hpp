// What travels between the stages of one camera.
#pragma once

#include <cstdint>
#include <vector>

#include "domain/event.hpp"
#include "domain/frame.hpp"
#include "domain/track.hpp"
#include "pipeline/track_feedback.hpp"

namespace sentinel::pipeline {

// A frame as the reader hands it on.
struct DecodedFrame {
  domain::FramePtr frame;
  int opening = 0;  // counts the openings of the camera's source, from 1: stream time starts over with each
};

// A frame that passed the sampling. `number` counts them over all openings of a camera, from 0.
struct SampledFrame {
  domain::FramePtr frame;
  std::uint64_t number = 0;
  int opening = 0;
  TrackWord word;  // what the tracks ask for
};

// The same after the motion gate.
struct GatedFrame {
  domain::FramePtr frame;
  std::uint64_t number = 0;
  int opening = 0;
  bool infer = true;  // false: nothing moves, the tracks are held
};

// The same with what the detector saw. Without `inferred` the detections are empty and say nothing.
struct FrameDetections {
  domain::FramePtr frame;
  std::uint64_t number = 0;
  int opening = 0;
  bool inferred = false;
  std::vector<domain::Detection> detections;
};

// The same with the tracks.
struct TrackedItem {
  domain::FramePtr frame;
  int opening = 0;
  domain::TrackedFrame tracked;
};

}  // namespace sentinel::pipeline
