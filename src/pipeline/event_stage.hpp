// From tracks to events with snapshots.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/presence.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "domain/event.hpp"
#include "pipeline/items.hpp"
#include "pipeline/snapshot.hpp"
#include "pipeline/stage.hpp"

namespace sentinel::pipeline {

struct EventConfig {
  analytics::PresenceConfig presence;
  // Open events of a camera are closed when no frame of it came for so long: it is away, or the detector is.
  std::chrono::milliseconds close_when_away{10'000};
  int snapshot_width_max = 1280;  // 0: as the camera sends it
  int snapshot_quality = 85;
};

// The events of one camera. JPEGs are made in the stage's own thread and kept as bytes only until the next
// change is emitted; no frame outlives process().
class EventStage final : public Stage<TrackedItem, domain::EventChange> {
 public:
  EventStage(std::string camera_id, const EventConfig& config, const std::vector<std::string>& class_names,
             IdGenerator& ids, const Clock& clock, EncodeJpeg encode);

  std::string_view name() const noexcept override { return "event"; }
  void process(TrackedItem item, const Emit<domain::EventChange>& emit) override;
  void idle(const Emit<domain::EventChange>& emit) override;    // closes when the camera is away
  void finish(const Emit<domain::EventChange>& emit) override;  // closes all

 private:
  // What an open visit's event has beyond the visit.
  struct Open {
    std::string event_id;
    std::optional<domain::NormalizedBox> box;
    std::optional<domain::Snapshot> fresh;  // not yet emitted
    bool has_snapshot = false;
  };

  void photograph(const domain::Frame& frame, const analytics::PictureRequest& request,
                  FrameSnapshots& snapshots);
  domain::EventChange to_change(const analytics::PresenceChange& change, Open& open,
                                MonoTime decided_at) const;
  void publish(const analytics::PresenceChange& change, MonoTime decided_at,
               const Emit<domain::EventChange>& emit);
  void close_all(const Emit<domain::EventChange>& emit);

  const std::string camera_id_;
  const EventConfig config_;
  const std::vector<std::string> class_names_;
  IdGenerator& ids_;
  const Clock& clock_;
  const EncodeJpeg encode_;
  analytics::Presence presence_;
  std::map<std::int64_t, Open> open_;  // by visit id
  int opening_ = 0;
  MonoTime latest_input_{};
};

}  // namespace sentinel::pipeline
