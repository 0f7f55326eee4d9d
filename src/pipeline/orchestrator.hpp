// All cameras: starts, stops and replaces each without touching the others.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/guarded.hpp"
#include "pipeline/camera_pipeline.hpp"

namespace sentinel::pipeline {

// Thread-safe. Calls about one camera take turns; no call waits for another camera.
class Orchestrator {
 public:
  Orchestrator(PipelineConfig config, PipelineParts parts);
  ~Orchestrator();  // as stop_all()
  Orchestrator(const Orchestrator&) = delete;
  Orchestrator& operator=(const Orchestrator&) = delete;

  // For the cameras that are started from now on.
  void set_config(PipelineConfig config);

  // Starts the camera; one that runs is stopped first and starts with the new settings. Returns once its
  // threads run: whether it can be reached shows in its stats and is told to on_status. kUnavailable after
  // stop_all().
  Status start(const domain::Camera& camera);
  // Stops it, closes its open events and returns when that is done, in under 2 s unless the event sink waits.
  // Its stats and its tap remain. False: it was not running.
  bool stop(const std::string& camera_id);
  // The same, and nothing remains: the camera was deleted.
  void forget(const std::string& camera_id);
  // Stops all at once, for good.
  void stop_all();

  // Empty for a camera that was never started. Of a stopped one: the counters at its end.
  std::optional<domain::CameraStats> stats(const std::string& camera_id) const;
  std::map<std::string, domain::CameraStats> stats() const;
  // Of a running camera; empty for others.
  std::vector<StageReport> stage_reports(const std::string& camera_id) const;
  DetectReport detect_report() const { return scheduler_.report(); }

  // The camera's live picture; null for a camera that was never started. It stays valid, and without a
  // picture, while the camera is stopped.
  std::shared_ptr<LiveTap> live(const std::string& camera_id) const;

 private:
  struct Running {
    std::shared_ptr<CameraPipeline> pipeline;  // null while stopped
    domain::CameraStats last;                  // of the run before, while stopped
  };
  struct Slot {
    explicit Slot(std::shared_ptr<LiveTap> live_tap) : tap{std::move(live_tap)} {}
    // Makes start and stop of this camera take turns. It is held while threads are joined, and therefore
    // guards no data: `running` is read without it.
    std::mutex turn;
    Guarded<Running> running;
    const std::shared_ptr<LiveTap> tap;
  };
  using Slots = std::map<std::string, std::shared_ptr<Slot>>;

  std::shared_ptr<Slot> find(const std::string& camera_id) const;
  static std::shared_ptr<CameraPipeline> pipeline_of(const Slot& slot);
  static bool stop(Slot& slot);
  void watch(const std::stop_token& stop);

  const PipelineParts parts_;
  Guarded<PipelineConfig> config_;
  std::atomic<bool> closing_{false};
  DetectScheduler scheduler_;
  Guarded<Slots> slots_;
  std::jthread watcher_;  // last: it uses all of the above
};

}  // namespace sentinel::pipeline
