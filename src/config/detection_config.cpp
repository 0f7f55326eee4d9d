#include "config/detection_config.hpp"

#include <algorithm>

namespace sentinel::config {
namespace {

constexpr std::string_view kSizePlace = "{size}";

// Two numbers of the file that must stand in an order; the first is the one that is named.
struct Order {
  schema::Loc path;
  bool fine;
  const char* rule;
};

std::vector<Order> orders_of(const DetectionConfig& config) {
  const TrackerConfig& tracker = config.tracker;
  const EventsConfig& events = config.events;
  return {
      {{"tracker", "low_score"}, tracker.low_score < tracker.high_score, "below tracker.high_score"},
      {{"tracker", "new_track_score"},
       tracker.new_track_score >= tracker.high_score,
       "at least tracker.high_score"},
      {{"thresholds", "score_min"},
       config.thresholds.score_min <= tracker.low_score,
       "at most tracker.low_score, since the detector hands on nothing below score_min"},
      {{"tracker", "stationary_lost_after_s"},
       tracker.stationary_lost_after_s >= tracker.lost_after_s,
       "at least tracker.lost_after_s"},
      {{"tracker", "stationary_leave_iou"},
       tracker.stationary_leave_iou <= tracker.stationary_iou,
       "at most tracker.stationary_iou"},
      {{"events", "close_still_after_s"},
       events.close_still_after_s >= events.close_after_s,
       "at least events.close_after_s"},
  };
}

void check(const DetectionConfig& config, const Locate& locate, Checked<DetectionConfig>& out) {
  for (const Order& order : orders_of(config)) {
    if (!order.fine) {
      out.problems.push_back({locate(order.path), std::string{"out of order; allowed: "} + order.rule});
    }
  }
  for (std::size_t i = 0; i < config.also_tracked.size(); ++i) {
    if (config.classes->contains(config.also_tracked[i])) {
      out.problems.push_back({locate({"also_tracked", static_cast<std::int64_t>(i)}),
                              "is in classes as well; allowed: in one of the two"});
    }
  }
  const bool sized = config.model.path.find(kSizePlace) != std::string::npos;
  if (!sized && config.model.size != ModelConfig{}.size) {
    out.warnings.push_back({locate({"model", "size"}), "has no effect: model.path has no {size} in it"});
  }
}

}  // namespace

Classes default_classes() {
  Classes out{{"person", {EventType::kPerson, EventSeverity::kMedium, false, 0}}};
  for (const char* name : {"bicycle", "car", "motorcycle", "bus", "truck"}) {
    out[name] = {EventType::kVehicle, EventSeverity::kLow, true, 0};
  }
  for (const char* name :
       {"bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"}) {
    out[name] = {EventType::kAnimal, EventSeverity::kLow, false, 0.65};
  }
  return out;
}

DetectionConfig default_detection() {
  DetectionConfig out;
  out.classes = default_classes();
  return out;
}

Checked<DetectionConfig> load_detection(const SourceFile& file) {
  YamlLines lines;
  auto out = read_yaml<DetectionConfig>(file, &lines);
  if (!out.value.classes) out.value.classes = default_classes();
  if (out.ok()) check(out.value, locate_in(file.name, lines), out);
  return out;
}

void override_detection(const AiSettings& ai, DetectionConfig& detection) {
  if (ai.yolo_model_path) detection.model.path = *ai.yolo_model_path;
  if (ai.confidence_threshold) detection.thresholds.confidence = *ai.confidence_threshold;
  if (ai.iou_threshold) detection.thresholds.iou = *ai.iou_threshold;
}

std::string model_file(const ModelConfig& model) {
  std::string out = model.path;
  const auto place = out.find(kSizePlace);
  if (place != std::string::npos) out.replace(place, kSizePlace.size(), model.size);
  return out;
}

}  // namespace sentinel::config
