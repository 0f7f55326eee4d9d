// config/detection_config.yaml: how pictures are turned into events, for all cameras.
//
// The structs mirror those of vision/, pipeline/ and analytics/, which config/ may not include: app/ maps one
// to the other, and a test there holds the defaults against theirs. Durations are seconds.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.hpp"
#include "config/reading.hpp"
#include "config/settings.hpp"
#include "schema/table.hpp"

namespace sentinel::config {

// In the order and the words of domain::EventType and domain::EventSeverity: app/ asserts that.
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
inline constexpr std::array<std::string_view, 18> kEventTypeNames{
    "person",     "vehicle",         "animal", "intrusion",   "loitering",        "line_crossing",
    "wrong_way",  "crowd",           "fall",   "running",     "abandoned_object", "removed_object",
    "tailgating", "stopped_vehicle", "tamper", "no_activity", "camera_offline",   "custom"};
enum class EventSeverity { kLow, kMedium, kHigh, kCritical };
inline constexpr std::array<std::string_view, 4> kEventSeverityNames{"low", "medium", "high", "critical"};

}  // namespace sentinel::config

template <>
struct sentinel::schema::EnumText<sentinel::config::EventType> {
  static constexpr std::string_view name = "EventType";
  static constexpr auto& texts = config::kEventTypeNames;
};
template <>
struct sentinel::schema::EnumText<sentinel::config::EventSeverity> {
  static constexpr std::string_view name = "EventSeverity";
  static constexpr auto& texts = config::kEventSeverityNames;
};

namespace sentinel::config {

struct ModelConfig {
  std::string path = "models/yolov12n_{size}.xml";  // see model_file()
  std::string size = "384x640";
  bool operator==(const ModelConfig&) const = default;
  static constexpr auto fields() {
    using Self = ModelConfig;
    return object<Self>("ModelConfig", defaulted("path", &Self::path, min_length{1}, max_length{1024}),
                        defaulted("size", &Self::size, pattern{"^[1-9][0-9]{1,3}x[1-9][0-9]{1,3}$"},
                                  allowed{"HEIGHTxWIDTH such as 384x640"}));
  }
};

struct ThresholdsConfig {
  double confidence = 0.5;  // PresenceConfig::confidence_min
  double iou = 0.6;         // DetectorConfig::iou_max
  double score_min = 0.1;   // DetectorConfig::score_min
  bool operator==(const ThresholdsConfig&) const = default;
  static constexpr auto fields() {
    using Self = ThresholdsConfig;
    return object<Self>("ThresholdsConfig", defaulted("confidence", &Self::confidence, ge{0.05}, le{0.99}),
                        defaulted("iou", &Self::iou, ge{0.1}, le{0.95}),
                        defaulted("score_min", &Self::score_min, ge{0.01}, le{0.9}));
  }
};

struct ClassConfig {
  EventType event = EventType::kCustom;
  EventSeverity severity = EventSeverity::kLow;
  bool must_move = false;
  double confidence = 0;  // where more than thresholds.confidence is demanded
  bool operator==(const ClassConfig&) const = default;
  static constexpr auto fields() {
    using Self = ClassConfig;
    return object<Self>("ClassConfig", required("event", &Self::event),
                        defaulted("severity", &Self::severity), defaulted("must_move", &Self::must_move),
                        defaulted("confidence", &Self::confidence, ge{0}, le{0.99}));
  }
};
using Classes = std::map<std::string, ClassConfig>;  // by the model's name of the class

struct SamplingConfig {
  double fps_max = 10;     // of a camera that states no fps
  double heartbeat_s = 2;  // InferConfig
  double linger_s = 0.5;
  double stirring_every_s = 0.5;
  bool operator==(const SamplingConfig&) const = default;
  static constexpr auto fields() {
    using Self = SamplingConfig;
    return object<Self>("SamplingConfig", defaulted("fps_max", &Self::fps_max, ge{0.1}, le{60}),
                        defaulted("heartbeat_s", &Self::heartbeat_s, ge{0.1}, le{3600}),
                        defaulted("linger_s", &Self::linger_s, ge{0}, le{60}),
                        defaulted("stirring_every_s", &Self::stirring_every_s, ge{0}, le{60}));
  }
};

struct MotionGateConfig {
  bool enabled = true;  // InferConfig::motion_gate
  int rows = 90;        // MotionConfig
  double difference_min = 6;
  double noise_gain = 5;
  int cells_min = 3;
  bool operator==(const MotionGateConfig&) const = default;
  static constexpr auto fields() {
    using Self = MotionGateConfig;
    return object<Self>("MotionGateConfig", defaulted("enabled", &Self::enabled),
                        defaulted("rows", &Self::rows, ge{16}, le{360}),
                        defaulted("difference_min", &Self::difference_min, ge{1}, le{128}),
                        defaulted("noise_gain", &Self::noise_gain, ge{1}, le{50}),
                        defaulted("cells_min", &Self::cells_min, ge{1}, le{10'000}));
  }
};

struct TrackerConfig {
  double high_score = 0.5;
  double low_score = 0.1;
  double new_track_score = 0.6;
  double match_iou = 0.1;
  double weak_match_iou = 0.5;
  double tentative_match_iou = 0.3;
  double search_match_iou = 0.2;
  double search_margin = 0.3;
  int confirm_hits = 3;
  double tentative_lost_after_s = 0.25;
  double lost_after_s = 3;
  double stationary_lost_after_s = 10;
  double stationary_after_s = 5;
  double stationary_iou = 0.7;
  double stationary_leave_iou = 0.5;
  int tracks_max = 256;
  bool operator==(const TrackerConfig&) const = default;
  static constexpr auto fields() {
    using Self = TrackerConfig;
    return object<Self>("TrackerConfig", defaulted("high_score", &Self::high_score, gt{0}, lt{1}),
                        defaulted("low_score", &Self::low_score, gt{0}, lt{1}),
                        defaulted("new_track_score", &Self::new_track_score, gt{0}, lt{1}),
                        defaulted("match_iou", &Self::match_iou, gt{0}, lt{1}),
                        defaulted("weak_match_iou", &Self::weak_match_iou, gt{0}, lt{1}),
                        defaulted("tentative_match_iou", &Self::tentative_match_iou, gt{0}, lt{1}),
                        defaulted("search_match_iou", &Self::search_match_iou, gt{0}, lt{1}),
                        defaulted("search_margin", &Self::search_margin, ge{0}, le{2}),
                        defaulted("confirm_hits", &Self::confirm_hits, ge{1}, le{30}),
                        defaulted("tentative_lost_after_s", &Self::tentative_lost_after_s, gt{0}, le{60}),
                        defaulted("lost_after_s", &Self::lost_after_s, gt{0}, le{600}),
                        defaulted("stationary_lost_after_s", &Self::stationary_lost_after_s, gt{0}, le{3600}),
                        defaulted("stationary_after_s", &Self::stationary_after_s, gt{0}, le{600}),
                        defaulted("stationary_iou", &Self::stationary_iou, gt{0}, lt{1}),
                        defaulted("stationary_leave_iou", &Self::stationary_leave_iou, gt{0}, lt{1}),
                        defaulted("tracks_max", &Self::tracks_max, ge{1}, le{4096}));
  }
};

struct EventsConfig {
  double min_duration_s = 0.5;  // PresenceConfig
  double moved_min = 0.5;
  double close_after_s = 2.5;
  double close_still_after_s = 10;
  double update_every_s = 1;
  double refresh_every_s = 10;
  double close_when_away_s = 10;  // EventConfig
  int snapshot_width_max = 1280;
  int snapshot_quality = 85;
  bool operator==(const EventsConfig&) const = default;
  static constexpr auto fields() {
    using Self = EventsConfig;
    return object<Self>("EventsConfig", defaulted("min_duration_s", &Self::min_duration_s, ge{0}, le{60}),
                        defaulted("moved_min", &Self::moved_min, ge{0}, le{10}),
                        defaulted("close_after_s", &Self::close_after_s, ge{0.1}, le{600}),
                        defaulted("close_still_after_s", &Self::close_still_after_s, ge{0.1}, le{3600}),
                        defaulted("update_every_s", &Self::update_every_s, ge{0.1}, le{60}),
                        defaulted("refresh_every_s", &Self::refresh_every_s, ge{1}, le{3600}),
                        defaulted("close_when_away_s", &Self::close_when_away_s, ge{1}, le{3600}),
                        defaulted("snapshot_width_max", &Self::snapshot_width_max, ge{0}, le{7680}),
                        defaulted("snapshot_quality", &Self::snapshot_quality, ge{10}, le{100}));
  }
};

// Person; the road vehicles of COCO, which must move; its animals.
Classes default_classes();

struct DetectionConfig {
  ModelConfig model;
  ThresholdsConfig thresholds;
  std::optional<Classes> classes;  // when stated, in place of the default ones; load_detection() fills it
  std::vector<std::string> also_tracked;
  SamplingConfig sampling;
  MotionGateConfig motion;
  TrackerConfig tracker;
  EventsConfig events;
  bool operator==(const DetectionConfig&) const = default;
  static constexpr auto fields() {
    using Self = DetectionConfig;
    return object<Self>("DetectionConfig", defaulted("model", &Self::model),
                        defaulted("thresholds", &Self::thresholds),
                        optional("classes", &Self::classes, max_length{256}),
                        defaulted("also_tracked", &Self::also_tracked, max_length{256}, each{min_length{1}}),
                        defaulted("sampling", &Self::sampling), defaulted("motion", &Self::motion),
                        defaulted("tracker", &Self::tracker), defaulted("events", &Self::events));
  }
};

// The file's text over the defaults. Besides the tables' limits: tracker.low_score < high_score <=
// new_track_score; thresholds.score_min <= tracker.low_score, since the detector hands on nothing below it;
// stationary_lost_after_s >= lost_after_s; stationary_leave_iou <= stationary_iou; close_still_after_s >=
// close_after_s; no class both in `classes` and in `also_tracked`. A `size` that `path` has no place for is a
// warning.
Checked<DetectionConfig> load_detection(const SourceFile& file);
// What counts without a file.
DetectionConfig default_detection();

// YOLO_MODEL_PATH, CONFIDENCE_THRESHOLD and IOU_THRESHOLD, where stated, go before the file's.
void override_detection(const AiSettings& ai, DetectionConfig& detection);

// `path` with `size` in the place of "{size}".
std::string model_file(const ModelConfig& model);

}  // namespace sentinel::config
