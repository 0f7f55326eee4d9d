// The live pipeline over one file or one stream, as fast as it can: what `sentinel analyze` runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/error.hpp"
#include "domain/camera.hpp"
#include "domain/event.hpp"
#include "pipeline/camera_pipeline.hpp"
#include "pipeline/pipeline_config.hpp"

namespace sentinel::services {

// An event with its times in seconds of the stream.
struct AnalyzedEvent {
  domain::EventChange change;
  double start_s = 0;
  std::optional<double> end_s;  // once closed
};

// Both are called in threads of the pipeline, each by one thread at a time.
struct AnalyzeOutput {
  std::function<void(const AnalyzedEvent&)> on_event;            // opened, updated and closed
  std::function<void(const pipeline::TrackedItem&)> on_tracked;  // every sampled frame, in order
};

struct AnalyzeSummary {
  domain::CameraStats stats;
  StreamTime length{0};  // stream time of the last tracked frame
  std::chrono::microseconds wall{0};
  std::uint64_t events = 0;
  std::vector<pipeline::StageReport> stages;  // decode, gate, track, event
  pipeline::DetectReport detect;
};

// A file is read as fast as it can be, every queue blocks and nothing is dropped, so the same file gives the
// same events on every machine. A live address sets its own pace and is analysed as a camera is: what the
// detector cannot keep up with is dropped and counted. No failure is retried. Every decision rests on frames
// that came before it.
class AnalyzeRun {
 public:
  // `parts.events` and `parts.on_tracked` are told as well as `output`.
  AnalyzeRun(domain::Camera camera, pipeline::PipelineConfig config, pipeline::PipelineParts parts,
             AnalyzeOutput output);

  // Returns at the end of the stream or soon after `stop`, when all open events were closed and told. The
  // failure to open or to read on is the error; what was found until then has been told. Called once.
  Result<AnalyzeSummary> run(const std::stop_token& stop);

 private:
  class Sink final : public domain::EventSink {
   public:
    explicit Sink(AnalyzeRun& run) : run_{run} {}
    void publish(domain::EventChange change) override { run_.take(std::move(change)); }

   private:
    AnalyzeRun& run_;
  };

  void take(domain::EventChange change);
  void take(const pipeline::TrackedItem& item);

  const domain::Camera camera_;
  pipeline::PipelineConfig config_;
  const pipeline::PipelineParts parts_;
  const AnalyzeOutput output_;
  Sink sink_{*this};
  // Written by the track thread before the first event can reach the event thread.
  std::optional<UtcTime> stream_start_;
  StreamTime length_{0};
  std::uint64_t events_ = 0;
};

}  // namespace sentinel::services
