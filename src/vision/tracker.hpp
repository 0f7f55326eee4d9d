// Multi-object tracking: ByteTrack (Zhang et al., ECCV 2022, arXiv 2110.06864) in the time of the stream
// instead of frames, with class groups, a wider search for what was lost (C-BIoU, Yang et al., WACV 2023,
// arXiv 2211.13509) and a stationary state.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "domain/track.hpp"
#include "vision/class_groups.hpp"

namespace sentinel::vision {

struct TrackerConfig {
  ClassGroups class_groups;      // a detection never matches a track of another group
  float high_score = 0.5F;       // detections of the first association
  float low_score = 0.1F;        // of the second; below it they are ignored
  float new_track_score = 0.6F;  // a track may start from here
  // Least overlap (IoU) with the predicted box: with good detections, with weak ones, of tracks that are not
  // yet confirmed, and of moving tracks with both boxes enlarged on each side by `search_margin` of their
  // size. In the first the overlap is weighed by the detection's score.
  float match_iou = 0.1F;
  float weak_match_iou = 0.5F;
  float tentative_match_iou = 0.3F;
  float search_match_iou = 0.2F;
  float search_margin = 0.3F;
  int confirm_hits = 3;                          // detections that confirm a track
  StreamTime tentative_lost_after{250'000};      // an unconfirmed track is dropped when unseen for so long
  StreamTime lost_after{3'000'000};              // a moving one
  StreamTime stationary_lost_after{10'000'000};  // a stationary one
  StreamTime stationary_after{5'000'000};        // a track that kept its place so long is stationary
  float stationary_iou = 0.7F;        // the place is kept while the overlap with it is at least this
  float stationary_leave_iou = 0.5F;  // and left again when it is less than this
  std::size_t tracks_max = 256;       // more are not started
};

// One camera's tracks. Used by one thread. Time is the stream's, so it works at any and at changing rates.
class Tracker {
 public:
  explicit Tracker(const TrackerConfig& config);
  ~Tracker();
  Tracker(const Tracker&) = delete;
  Tracker& operator=(const Tracker&) = delete;

  // Takes one frame's detections (any score, any class, in any order; the tracks_max best are looked at) and
  // answers the tracks after it, by id. `time` must not decrease.
  std::vector<domain::Track> update(StreamTime time, const std::vector<domain::Detection>& detections);
  // The frame was not inferred because nothing moved. Every track keeps its place. Those that were seen in
  // the latest inferred frame are still there: they count as seen now. Of the others, stationary ones do not
  // age, and moving ones do: whoever left as the last one must not be remembered until the morning.
  std::vector<domain::Track> hold(StreamTime time);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sentinel::vision
