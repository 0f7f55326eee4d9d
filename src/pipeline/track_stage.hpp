// From detections to tracks.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "pipeline/attention.hpp"
#include "pipeline/items.hpp"
#include "pipeline/stage.hpp"
#include "vision/tracker.hpp"

namespace sentinel::pipeline {

class TrackStage final : public Stage<FrameDetections, TrackedItem> {
 public:
  // Detections of a class whose entry in `tracked_classes` (indexed by class id) is false are left out.
  // `attention` hears after every frame whether a track is lost.
  TrackStage(const vision::TrackerConfig& config, std::vector<bool> tracked_classes, Attention& attention)
      : config_{config}, tracked_classes_{std::move(tracked_classes)}, attention_{attention} {}

  std::string_view name() const noexcept override { return "track"; }
  // Emits every frame in order. A new opening starts with a new tracker: ids and time begin anew.
  void process(FrameDetections item, const Emit<TrackedItem>& emit) override;

 private:
  std::vector<domain::Detection> wanted_of(std::vector<domain::Detection> detections) const;

  const vision::TrackerConfig config_;
  const std::vector<bool> tracked_classes_;
  Attention& attention_;
  std::unique_ptr<vision::Tracker> tracker_;
  int opening_ = 0;
};

}  // namespace sentinel::pipeline
