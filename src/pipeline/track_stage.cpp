#include "pipeline/track_stage.hpp"

#include <algorithm>
#include <utility>

namespace sentinel::pipeline {

namespace {

// Tells Attention on every path out: the gate may be waiting for word on this frame.
class Word {
 public:
  Word(Attention& attention, std::uint64_t number) : attention_{attention}, number_{number} {}
  ~Word() { attention_.report(number_, needed); }
  Word(const Word&) = delete;
  Word& operator=(const Word&) = delete;
  bool needed = false;

 private:
  Attention& attention_;
  std::uint64_t number_;
};

}  // namespace

void TrackStage::process(FrameDetections item, const Emit<TrackedItem>& emit) {
  TrackedItem out{item.frame, item.opening, {}};
  {
    Word word{attention_, item.number};
    if (!tracker_ || item.opening != opening_) {
      tracker_ = std::make_unique<vision::Tracker>(config_);
      opening_ = item.opening;
    }
    const auto& frame = *item.frame;
    out.tracked = {frame.stream_time, frame.captured_at, frame.width, frame.height, {}};
    out.tracked.tracks = item.inferred
                             ? tracker_->update(frame.stream_time, wanted_of(std::move(item.detections)))
                             : tracker_->hold(frame.stream_time);
    word.needed = std::any_of(out.tracked.tracks.begin(), out.tracked.tracks.end(),
                              [](const auto& track) { return track.state == domain::TrackState::kLost; });
  }
  emit(std::move(out));
}

std::vector<domain::Detection> TrackStage::wanted_of(std::vector<domain::Detection> detections) const {
  std::erase_if(detections, [this](const domain::Detection& detection) {
    const auto index = static_cast<std::size_t>(detection.class_id);
    return detection.class_id < 0 || index >= tracked_classes_.size() || !tracked_classes_[index];
  });
  return detections;
}

}  // namespace sentinel::pipeline
