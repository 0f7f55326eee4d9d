#include "pipeline/track_stage.hpp"

#include <algorithm>
#include <utility>

namespace sentinel::pipeline {

namespace {

// Speaks on every path out: the gate may be waiting for word on this frame.
class Speaker {
 public:
  Speaker(TrackFeedback& feedback, std::uint64_t number) : feedback_{feedback}, number_{number} {}
  ~Speaker() { feedback_.report(number_, std::move(word)); }
  Speaker(const Speaker&) = delete;
  Speaker& operator=(const Speaker&) = delete;
  TrackWord word;

 private:
  TrackFeedback& feedback_;
  std::uint64_t number_;
};

TrackWord word_on(const std::vector<domain::Track>& tracks) {
  TrackWord word;
  for (const auto& track : tracks) {
    if (track.state == domain::TrackState::kLost) word.attention = true;
    if (track.state == domain::TrackState::kStationary) word.still.push_back(track.box);
  }
  return word;
}

}  // namespace

void TrackStage::process(FrameDetections item, const Emit<TrackedItem>& emit) {
  TrackedItem out{item.frame, item.opening, {}};
  {
    Speaker speaker{feedback_, item.number};
    if (!tracker_ || item.opening != opening_) {
      tracker_ = std::make_unique<vision::Tracker>(config_);
      opening_ = item.opening;
    }
    const auto& frame = *item.frame;
    out.tracked = {frame.stream_time, frame.captured_at, frame.width, frame.height, {}};
    out.tracked.tracks = item.inferred
                             ? tracker_->update(frame.stream_time, wanted_of(std::move(item.detections)))
                             : tracker_->hold(frame.stream_time);
    speaker.word = word_on(out.tracked.tracks);
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
