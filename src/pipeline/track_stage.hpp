// From detections to tracks.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "pipeline/items.hpp"
#include "pipeline/stage.hpp"
#include "pipeline/track_feedback.hpp"
#include "vision/tracker.hpp"

namespace sentinel::pipeline {

class TrackStage final : public Stage<FrameDetections, TrackedItem> {
 public:
  // Detections of a class whose entry in `tracked_classes` (indexed by class id) is false are left out.
  // `feedback` hears after every frame whether a track is lost, and where the stationary ones are.
  TrackStage(const vision::TrackerConfig& config, std::vector<bool> tracked_classes, TrackFeedback& feedback)
      : config_{config}, tracked_classes_{std::move(tracked_classes)}, feedback_{feedback} {}

  std::string_view name() const noexcept override { return "track"; }
  // Emits every frame in order. A new opening starts with a new tracker: ids and time begin anew.
  void process(FrameDetections item, const Emit<TrackedItem>& emit) override;

 private:
  std::vector<domain::Detection> wanted_of(std::vector<domain::Detection> detections) const;

  const vision::TrackerConfig config_;
  const std::vector<bool> tracked_classes_;
  TrackFeedback& feedback_;
  std::unique_ptr<vision::Tracker> tracker_;
  int opening_ = 0;
};

}  // namespace sentinel::pipeline
