#include "pipeline/orchestrator.hpp"

#include <utility>

namespace sentinel::pipeline {

namespace {
constexpr std::chrono::milliseconds kWatchEvery{250};  // adds to ReaderConfig::frame_stall
}

Orchestrator::Orchestrator(PipelineConfig config, PipelineParts parts)
    : parts_{std::move(parts)},
      config_{std::move(config)},
      scheduler_{parts_.detector, parts_.clock},
      watcher_{[this](const std::stop_token& stop) { watch(stop); }} {}

Orchestrator::~Orchestrator() {
  stop_all();
}

void Orchestrator::set_config(PipelineConfig config) {
  config_.with([&](PipelineConfig& current) { current = std::move(config); });
}

Status Orchestrator::start(const domain::Camera& camera) {
  const auto slot = slots_.with([&](Slots& slots) {
    auto& entry = slots[camera.id];
    if (!entry) entry = std::make_shared<Slot>(std::make_shared<LiveTap>(parts_.detector.info().class_names));
    return entry;
  });
  const std::lock_guard turn{slot->turn};
  if (closing_) return unavailable("The server is stopping");
  stop(*slot);
  auto pipeline =
      std::make_shared<CameraPipeline>(camera, config_.copy(), parts_, scheduler_, Mode::kLive, slot->tap);
  slot->running.with([&](Running& running) { running.pipeline = pipeline; });
  pipeline->start();
  return {};
}

bool Orchestrator::stop(const std::string& camera_id) {
  const auto slot = find(camera_id);
  if (!slot) return false;
  const std::lock_guard turn{slot->turn};
  return stop(*slot);
}

void Orchestrator::forget(const std::string& camera_id) {
  stop(camera_id);
  slots_.with([&](Slots& slots) { slots.erase(camera_id); });
}

void Orchestrator::stop_all() {
  closing_ = true;
  const auto slots = slots_.copy();
  for (const auto& [id, slot] : slots) {
    if (const auto pipeline = pipeline_of(*slot)) pipeline->request_stop();
  }
  for (const auto& [id, slot] : slots) {
    const std::lock_guard turn{slot->turn};
    stop(*slot);
  }
}

std::optional<domain::CameraStats> Orchestrator::stats(const std::string& camera_id) const {
  const auto slot = find(camera_id);
  if (!slot) return std::nullopt;
  const auto pipeline = pipeline_of(*slot);
  return pipeline ? pipeline->stats() : slot->running.copy().last;
}

std::map<std::string, domain::CameraStats> Orchestrator::stats() const {
  std::map<std::string, domain::CameraStats> all;
  for (const auto& [id, slot] : slots_.copy()) {
    const auto pipeline = pipeline_of(*slot);
    all[id] = pipeline ? pipeline->stats() : slot->running.copy().last;
  }
  return all;
}

std::vector<StageReport> Orchestrator::stage_reports(const std::string& camera_id) const {
  const auto slot = find(camera_id);
  const auto pipeline = slot ? pipeline_of(*slot) : nullptr;
  return pipeline ? pipeline->stage_reports() : std::vector<StageReport>{};
}

std::shared_ptr<LiveTap> Orchestrator::live(const std::string& camera_id) const {
  const auto slot = find(camera_id);
  return slot ? slot->tap : nullptr;
}

std::shared_ptr<Orchestrator::Slot> Orchestrator::find(const std::string& camera_id) const {
  return slots_.with([&](const Slots& slots) -> std::shared_ptr<Slot> {
    const auto found = slots.find(camera_id);
    return found == slots.end() ? nullptr : found->second;
  });
}

std::shared_ptr<CameraPipeline> Orchestrator::pipeline_of(const Slot& slot) {
  return slot.running.with([](const Running& running) { return running.pipeline; });
}

// With the slot's turn held. The pipeline stays visible until it has ended.
bool Orchestrator::stop(Slot& slot) {
  const auto pipeline = pipeline_of(slot);
  if (!pipeline) return false;
  pipeline->stop();
  auto last = pipeline->stats();
  slot.running.with([&](Running& running) { running = {nullptr, std::move(last)}; });
  return true;
}

void Orchestrator::watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    wait_for_real(stop, kWatchEvery);
    for (const auto& [id, slot] : slots_.copy()) {
      if (const auto pipeline = pipeline_of(*slot)) pipeline->check_stall();
    }
  }
}

}  // namespace sentinel::pipeline
