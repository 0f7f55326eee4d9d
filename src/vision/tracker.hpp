// Multi-object tracking: ByteTrack (Zhang et al., ECCV 2022, arXiv 2110.06864) with a stationary state.
#pragma once

#include <memory>
#include <vector>

#include "domain/track.hpp"

namespace sentinel::vision {

struct TrackerConfig {
  float high_score = 0.5F;       // detections of the first association
  float low_score = 0.1F;        // of the second; below it they are ignored
  float new_track_score = 0.6F;  // a track may start from here
  float match_iou = 0.2F;        // least overlap of the first association
  float second_match_iou = 0.5F;
  float tentative_match_iou = 0.3F;
  int confirm_hits = 3;                          // detections that confirm a track …
  StreamTime confirm_within{1'500'000};          // … within so long of its first
  StreamTime lost_after{3'000'000};              // an unseen track is dropped after so long
  StreamTime stationary_after{5'000'000};        // a track that kept its place so long is stationary
  StreamTime stationary_lost_after{10'000'000};  // and is remembered longer
  float stationary_iou = 0.7F;                   // with the place it had
};

// One camera's tracks. Used by one thread. Time is the stream's, so it works at any and at changing rates.
class Tracker {
 public:
  explicit Tracker(const TrackerConfig& config);
  ~Tracker();
  Tracker(const Tracker&) = delete;
  Tracker& operator=(const Tracker&) = delete;

  // Takes one frame's detections (any score, any class; association never crosses classes of different
  // groups) and answers the tracks after it. `time` must not decrease.
  std::vector<domain::Track> update(StreamTime time, const std::vector<domain::Detection>& detections);
  // The frame was not inferred because nothing moved: every track keeps its place and its age.
  std::vector<domain::Track> hold(StreamTime time);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sentinel::vision
