#include "pipeline/camera_pipeline.hpp"

#include <algorithm>
#include <utility>

#include "media/url.hpp"
#include "vision/class_groups.hpp"

namespace sentinel::pipeline {

namespace {

// Offline the gate hears the tracker with this delay: enough for the detector's slots to stay busy, and the
// same on every machine.
constexpr std::uint64_t kOfflineLag = 4;
constexpr double kFpsLeast = 0.1;
constexpr double kFpsMost = 120;

std::vector<bool> tracked_classes(const PipelineConfig& config, const std::vector<std::string>& class_names) {
  std::vector<bool> tracked(class_names.size(), false);
  for (std::size_t i = 0; i < class_names.size(); ++i) {
    const auto& wanted = config.events.presence.wanted;
    tracked[i] = std::any_of(wanted.begin(), wanted.end(),
                             [&](const auto& rule) { return rule.class_name == class_names[i]; }) ||
                 std::count(config.also_tracked.begin(), config.also_tracked.end(), class_names[i]) > 0;
  }
  return tracked;
}

// The groups are the model's, so no configuration can name them.
vision::TrackerConfig tracker_config(const PipelineConfig& config,
                                     const std::vector<std::string>& class_names) {
  auto tracker = config.tracker;
  tracker.class_groups = vision::ClassGroups{class_names, vision::coco_group_names()};
  return tracker;
}

ReaderConfig reader_config(const domain::Camera& camera, const PipelineConfig& config, Mode mode) {
  ReaderConfig reader;
  reader.source.camera_id = camera.id;
  reader.source.url = camera.url;
  reader.source.credentials = camera.credentials;
  reader.source.pace = mode == Mode::kLive ? media::Pace::kRealTime : media::Pace::kFastest;
  reader.source.loop = mode == Mode::kLive;
  reader.source.connect_timeout = config.connect_timeout;
  reader.source.stall_timeout = config.stall_timeout;
  reader.source.threads = config.decoder_threads;
  reader.reconnect = config.reconnect;
  if (mode == Mode::kOffline) reader.reconnect.retry = false;
  reader.watch_stall = !is_file(camera.url);
  return reader;
}

StageQueue queue(std::size_t capacity, Overflow overflow) {
  StageQueue queue;
  queue.capacity = capacity;
  queue.overflow = overflow;
  return queue;
}

}  // namespace

bool is_file(const std::string& url) {
  if (url.find("://") == std::string::npos) return true;
  const auto parsed = media::parse_camera_url(url);
  return parsed && parsed->url.scheme == media::UrlScheme::kFile;
}

CameraPipeline::CameraPipeline(const domain::Camera& camera, const PipelineConfig& config,
                               const PipelineParts& parts, DetectScheduler& scheduler, Mode mode,
                               std::shared_ptr<LiveTap> tap)
    : camera_id_{camera.id},
      parts_{parts},
      mode_{mode},
      tap_{std::move(tap)},
      meter_{camera.id, parts.clock, parts.on_status},
      feedback_{mode == Mode::kLive ? 0 : kOfflineLag},
      sample_{std::clamp(camera.fps_max, kFpsLeast, kFpsMost)},
      gate_{config.infer, config.motion},
      track_{tracker_config(config, parts.detector.info().class_names),
             tracked_classes(config, parts.detector.info().class_names), feedback_},
      event_{camera.id, config.events, parts.detector.info().class_names,
             parts.ids, parts.clock,   parts.encode_jpeg},
      event_runner_{event_, camera.id, parts.clock, queue(config.tracked_waiting_max, Overflow::kBlock),
                    Emit<domain::EventChange>{
                        [this](domain::EventChange change) { parts_.events.publish(std::move(change)); }}},
      track_runner_{
          track_, camera.id, parts.clock,
          queue(config.results_waiting_max, mode == Mode::kLive ? Overflow::kDropOldest : Overflow::kBlock),
          Emit<TrackedItem>{[this](TrackedItem item) {
            if (tap_) tap_->show(item.frame, item.tracked);
            if (parts_.on_tracked) parts_.on_tracked(item);
            event_runner_.push(std::move(item));
          }}},
      lane_{scheduler.open({.camera_id = camera.id,
                            .frames_waiting_max = config.frames_waiting_max,
                            .overflow = mode == Mode::kLive ? Overflow::kDropOldest : Overflow::kBlock,
                            .in_flight_max = parts.detector.slots() + 2},
                           [this](FrameDetections result) {
                             if (result.inferred) meter_.inferred();
                             track_runner_.push(std::move(result));
                           })},
      gate_shell_{gate_, camera.id, parts.clock, Emit<GatedFrame>{[this](GatedFrame frame) {
                    if (!frame.infer) meter_.quiet();
                    lane_->submit(std::move(frame));
                  }}},
      sample_shell_{sample_, camera.id, parts.clock,
                    Emit<SampledFrame>{[this](SampledFrame item) {
                                         item.word = feedback_.heard(item.number);
                                         gate_shell_.run(std::move(item));
                                       },
                                       [this](DropReason) { meter_.skipped(); }}},
      reader_{reader_config(camera, config, mode),
              parts.make_source,
              parts.clock,
              parts.wait,
              meter_,
              [this](DecodedFrame item) { take(std::move(item)); }} {}

CameraPipeline::~CameraPipeline() {
  stop();
}

void CameraPipeline::start() {
  thread_ = std::jthread{[this] { reader_.run(stop_.get_token()); }};
}

std::optional<Error> CameraPipeline::run_to_end(const std::stop_token& stop) {
  const std::stop_callback pass_on{stop, [this] { request_stop(); }};
  reader_.run(stop_.get_token());
  drain();
  return reader_.final_error();
}

void CameraPipeline::request_stop() {
  stop_.request_stop();
}

void CameraPipeline::stop() {
  request_stop();
  if (thread_.joinable()) thread_.join();
  drain();
}

void CameraPipeline::take(DecodedFrame item) {
  if (tap_) tap_->show(item.frame);
  sample_shell_.run(std::move(item));
}

void CameraPipeline::drain() {
  if (std::exchange(drained_, true)) return;
  // Live, what waits is old news; offline it is the rest of the file, unless the user wants to leave.
  const bool discard = mode_ == Mode::kLive || stop_.stop_requested();
  lane_->close(discard ? DetectLane::Rest::kDiscard : DetectLane::Rest::kDeliver);
  track_runner_.finish();
  event_runner_.finish();
  if (tap_) tap_->clear();
  if (stop_.stop_requested()) meter_.set_status(domain::CameraStatus::kInactive, "stopped");
}

domain::CameraStats CameraPipeline::stats() const {
  auto stats = meter_.stats();
  stats.frames_dropped = lane_->report().dropped;
  stats.results_dropped = track_runner_.report().dropped;
  return stats;
}

std::vector<StageReport> CameraPipeline::stage_reports() const {
  return {reader_.report(), gate_shell_.report(), track_runner_.report(), event_runner_.report()};
}

}  // namespace sentinel::pipeline
