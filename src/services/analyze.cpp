#include "services/analyze.hpp"

#include <utility>

namespace sentinel::services {

using pipeline::CameraPipeline;
using pipeline::Mode;

AnalyzeRun::AnalyzeRun(domain::Camera camera, pipeline::PipelineConfig config, pipeline::PipelineParts parts,
                       AnalyzeOutput output)
    : camera_{std::move(camera)},
      config_{std::move(config)},
      parts_{std::move(parts)},
      output_{std::move(output)} {
  config_.reconnect.retry = false;
}

Result<AnalyzeSummary> AnalyzeRun::run(const std::stop_token& stop) {
  const pipeline::PipelineParts parts{
      .clock = parts_.clock,
      .make_source = parts_.make_source,
      .detector = parts_.detector,
      .events = sink_,
      .ids = parts_.ids,
      .encode_jpeg = parts_.encode_jpeg,
      .wait = parts_.wait,
      .on_status = parts_.on_status,
      .on_tracked = [this](const pipeline::TrackedItem& item) { take(item); },
  };
  const auto begin = parts_.clock.mono_now();
  pipeline::DetectScheduler scheduler{parts_.detector, parts_.clock};
  const Mode mode = pipeline::is_file(camera_.url) ? Mode::kOffline : Mode::kLive;
  CameraPipeline pipeline{camera_, config_, parts, scheduler, mode, nullptr};
  if (const auto failure = pipeline.run_to_end(stop)) return *failure;
  AnalyzeSummary summary;
  summary.stats = pipeline.stats();
  summary.length = length_;
  summary.wall = std::chrono::duration_cast<std::chrono::microseconds>(parts_.clock.mono_now() - begin);
  summary.events = events_;
  summary.stages = pipeline.stage_reports();
  summary.detect = scheduler.report();
  return summary;
}

void AnalyzeRun::take(domain::EventChange change) {
  AnalyzedEvent event;
  const auto seconds = [this](UtcTime time) { return to_seconds(time - stream_start_.value_or(time)); };
  event.start_s = seconds(change.event.started_at);
  if (change.event.ended_at) event.end_s = seconds(*change.event.ended_at);
  if (change.phase == domain::EventPhase::kOpened) ++events_;
  event.change = std::move(change);
  if (output_.on_event) output_.on_event(event);
  parts_.events.publish(std::move(event.change));
}

void AnalyzeRun::take(const pipeline::TrackedItem& item) {
  if (!stream_start_) stream_start_ = item.tracked.captured_at - item.tracked.stream_time;
  length_ = item.tracked.stream_time;
  if (output_.on_tracked) output_.on_tracked(item);
  if (parts_.on_tracked) parts_.on_tracked(item);
}

}  // namespace sentinel::services
