#include "pipeline/event_stage.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "pipeline/overlay.hpp"

namespace sentinel::pipeline {

using domain::EventChange;
using domain::EventPhase;

EventStage::EventStage(std::string camera_id, const EventConfig& config,
                       const std::vector<std::string>& class_names, IdGenerator& ids, const Clock& clock,
                       EncodeJpeg encode)
    : camera_id_{std::move(camera_id)},
      config_{config},
      class_names_{class_names},
      ids_{ids},
      clock_{clock},
      encode_{std::move(encode)},
      presence_{config.presence, class_names} {}

void EventStage::process(TrackedItem item, const Emit<EventChange>& emit) {
  latest_input_ = clock_.mono_now();
  if (opening_ != 0 && item.opening != opening_) presence_.restart();
  opening_ = item.opening;
  auto step = presence_.step(item.tracked);
  FrameSnapshots snapshots{*item.frame, encode_, config_.snapshot_quality, config_.snapshot_width_max};
  // Each event goes out as soon as its own picture is made; those that only wait for a better picture come
  // last.
  for (const auto& change : step.changes) {
    if (change.phase == EventPhase::kOpened) open_[change.visit.id].event_id = ids_.next("evt_");
    std::erase_if(step.pictures, [&](const auto& request) {
      if (request.visit_id != change.visit.id) return false;
      photograph(*item.frame, request, snapshots);
      return true;
    });
    publish(change, item.frame->received_at, emit);
  }
  for (const auto& request : step.pictures) photograph(*item.frame, request, snapshots);
}

void EventStage::idle(const Emit<EventChange>& emit) {
  if (open_.empty() || clock_.mono_now() - latest_input_ < config_.close_when_away) return;
  log::info(camera_id_, "no frames any more: closing {} open event(s)", open_.size());
  close_all(emit);
}

void EventStage::finish(const Emit<EventChange>& emit) {
  close_all(emit);
}

void EventStage::photograph(const domain::Frame& frame, const analytics::PictureRequest& request,
                            FrameSnapshots& snapshots) {
  const auto found = open_.find(request.visit_id);
  if (found == open_.end()) return;
  found->second.box = domain::normalize(request.box, frame.width, frame.height);
  auto snapshot = snapshots.with(overlay_of(request.box, request.class_id, request.score, class_names_));
  if (!snapshot) return;
  found->second.fresh = std::move(snapshot);
  found->second.has_snapshot = true;
}

void EventStage::publish(const analytics::PresenceChange& change, MonoTime decided_at,
                         const Emit<EventChange>& emit) {
  const auto found = open_.find(change.visit.id);
  if (found == open_.end()) return;
  auto event_change = to_change(change, found->second, decided_at);
  if (change.phase == EventPhase::kClosed) open_.erase(found);
  emit(std::move(event_change));
}

void EventStage::close_all(const Emit<EventChange>& emit) {
  for (const auto& change : presence_.close_all()) publish(change, latest_input_, emit);
}

EventChange EventStage::to_change(const analytics::PresenceChange& change, Open& open,
                                  MonoTime decided_at) const {
  const auto& visit = change.visit;
  EventChange out;
  out.phase = change.phase;
  out.event.id = open.event_id;
  out.event.camera_id = camera_id_;
  out.event.type = visit.type;
  out.event.severity = visit.severity;
  out.event.confidence = std::clamp(visit.confidence, 0.F, 1.F);
  out.event.label = class_names_.at(static_cast<std::size_t>(visit.class_id));
  out.event.track_id = visit.track_id;
  out.event.box = open.box;
  out.event.started_at = visit.started_at;
  if (change.phase == EventPhase::kClosed) out.event.ended_at = visit.last_seen_at;
  out.event.has_snapshot = open.has_snapshot;
  out.snapshot = std::exchange(open.fresh, std::nullopt);
  out.decided_at = decided_at;
  return out;
}

}  // namespace sentinel::pipeline
