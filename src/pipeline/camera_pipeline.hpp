// One camera from its source to its events:
//
//   reader + sample + gate -> {2 frames, drop oldest} -> detector -> {8, drop oldest} -> track -> {8, block}
//   -> event
//   -> sink
//
// Offline every queue blocks. Three threads a camera: the reader (which decodes, samples and gates), the
// tracker and the events; the detector's threads are shared.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "domain/camera.hpp"
#include "pipeline/detect_scheduler.hpp"
#include "pipeline/live_tap.hpp"
#include "pipeline/pipeline_config.hpp"
#include "pipeline/sample_stage.hpp"
#include "pipeline/stage_runner.hpp"
#include "pipeline/track_feedback.hpp"
#include "pipeline/track_stage.hpp"

namespace sentinel::pipeline {

// A file sets no pace and has no camera behind it: "file://…" or a plain path.
bool is_file(const std::string& url);

class CameraPipeline {
 public:
  // Makes all threads but the reader's. `scheduler` is that of parts.detector and outlives the pipeline;
  // `tap` may be null.
  CameraPipeline(const domain::Camera& camera, const PipelineConfig& config, const PipelineParts& parts,
                 DetectScheduler& scheduler, Mode mode, std::shared_ptr<LiveTap> tap);
  ~CameraPipeline();  // as stop()
  CameraPipeline(const CameraPipeline&) = delete;
  CameraPipeline& operator=(const CameraPipeline&) = delete;

  // Starts to read, in a thread of its own.
  void start();
  // Reads in the caller's thread to the end of the stream or until `stop`, and returns when the last event
  // was published. The failure that ended it, if one did. Instead of start(), for Mode::kOffline.
  std::optional<Error> run_to_end(const std::stop_token& stop);

  // Asks the reader to end, without waiting: to stop many cameras at once. Thread-safe.
  void request_stop();
  // Ends the reader, lets what is in flight run out, closes open events and joins. Idempotent; one thread.
  void stop();

  // Interrupts a source that hangs; see CameraReader::check_stall(). Thread-safe.
  void check_stall() { reader_.check_stall(); }
  domain::CameraStats stats() const;               // thread-safe
  std::vector<StageReport> stage_reports() const;  // thread-safe; the detector's is the scheduler's

 private:
  void take(DecodedFrame item);
  void drain();

  const std::string camera_id_;
  const PipelineParts parts_;
  const Mode mode_;
  const std::shared_ptr<LiveTap> tap_;
  CameraMeter meter_;
  TrackFeedback feedback_;
  SampleStage sample_;
  GateStage gate_;
  TrackStage track_;
  EventStage event_;
  // In the order opposite to the flow, so that each finds the next one made.
  StageRunner<TrackedItem, domain::EventChange> event_runner_;
  StageRunner<FrameDetections, TrackedItem> track_runner_;
  std::unique_ptr<DetectLane> lane_;
  StageShell<SampledFrame, GatedFrame> gate_shell_;
  StageShell<DecodedFrame, SampledFrame> sample_shell_;
  CameraReader reader_;
  bool drained_ = false;
  std::stop_source stop_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace sentinel::pipeline
