// What the detector sees in one frame, and what the tracker makes of it over time.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "domain/box.hpp"

namespace sentinel::domain {

struct Detection {
  Box box;           // pixels of the frame
  int class_id = 0;  // index into the model's class names
  float score = 0;   // 0..1
};

enum class TrackState {
  kTentative,   // seen, not yet often enough to be believed
  kConfirmed,   // moving or recently moved
  kStationary,  // confirmed and still for a while
  kLost,        // confirmed and not seen in the latest frames
};

struct Track {
  std::int64_t id = 0;  // unique within one opening of one camera, from 1
  int class_id = 0;     // by vote of its detections
  TrackState state = TrackState::kTentative;
  Box box;          // pixels of the frame; predicted while lost
  float score = 0;  // of the latest detection
  StreamTime first_seen{0};
  StreamTime last_seen{0};  // of the latest detection
};

// The tracker's answer to one frame: confirmed, stationary and lost tracks; tentative ones are its own
// affair.
struct TrackedFrame {
  StreamTime stream_time{0};
  UtcTime captured_at{};
  int width = 0;
  int height = 0;
  std::vector<Track> tracks;
};

}  // namespace sentinel::domain
