// What Sentinel reports, with the names of the API.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "domain/box.hpp"

namespace sentinel::domain {

enum class EventType {
  kPerson,
  kVehicle,
  kAnimal,
  kIntrusion,
  kLoitering,
  kLineCrossing,
  kWrongWay,
  kCrowd,
  kFall,
  kRunning,
  kAbandonedObject,
  kRemovedObject,
  kTailgating,
  kStoppedVehicle,
  kTamper,
  kNoActivity,
  kCameraOffline,
  kCustom,
};
enum class EventSeverity { kLow, kMedium, kHigh, kCritical };

// The enums' texts, in the order of their values: the wire, the store and the configuration use the same.
inline constexpr std::array<std::string_view, 18> kEventTypeNames{
    "person",     "vehicle",         "animal", "intrusion",   "loitering",        "line_crossing",
    "wrong_way",  "crowd",           "fall",   "running",     "abandoned_object", "removed_object",
    "tailgating", "stopped_vehicle", "tamper", "no_activity", "camera_offline",   "custom"};
inline constexpr std::array<std::string_view, 4> kEventSeverityNames{"low", "medium", "high", "critical"};

inline std::string_view to_text(EventType type) {
  return kEventTypeNames[static_cast<std::size_t>(type)];
}
inline std::string_view to_text(EventSeverity severity) {
  return kEventSeverityNames[static_cast<std::size_t>(severity)];
}

struct Event {
  std::string id;  // "evt_…", sorts by time of making
  std::string camera_id;
  EventType type = EventType::kCustom;
  EventSeverity severity = EventSeverity::kLow;
  float confidence = 0;              // 0..1, the best score so far
  std::optional<std::string> label;  // the model's class name
  std::optional<std::string> description;
  std::string metadata_json = "{}";  // a JSON object, at most 16 kB
  std::optional<std::int64_t> track_id;
  std::optional<NormalizedBox> box;  // where it was when the snapshot was taken
  UtcTime started_at{};
  std::optional<UtcTime> ended_at;  // empty while it lasts
  UtcTime updated_at{};             // when it was last written, by the pipeline or by people
  bool acknowledged = false;
  std::optional<std::string> acknowledged_by;  // username
  std::optional<UtcTime> acknowledged_at;
  std::optional<std::string> notes;
  std::optional<std::string> rule_id;
  std::optional<std::string> zone_id;
  bool has_snapshot = false;
};

// A JPEG pair of an event: the same picture with and without the box drawn in.
struct Snapshot {
  std::vector<std::uint8_t> plain_jpeg;
  std::vector<std::uint8_t> boxed_jpeg;
};

enum class EventPhase { kOpened, kUpdated, kClosed };

struct EventChange {
  EventPhase phase = EventPhase::kOpened;
  Event event;
  std::optional<Snapshot> snapshot;  // present when it is new or better than the last
  MonoTime decided_at{};             // when the frame that decided was received: for latency figures
};

// Where a pipeline hands its events. publish() may wait while the store is behind, never drops, and is called
// from the pipeline's threads.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void publish(EventChange change) = 0;
};

}  // namespace sentinel::domain
