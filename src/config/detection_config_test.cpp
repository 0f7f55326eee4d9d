#include "config/detection_config.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sentinel::config {
namespace {

Checked<DetectionConfig> load(const std::string& text) {
  return load_detection({"d.yaml", text});
}
std::string problems_of(const std::string& text) {
  return to_lines(load(text).problems);
}

TEST(DetectionConfig, AnEmptyFileIsTheDefault) {
  const auto loaded = load("");
  EXPECT_TRUE(loaded.ok()) << to_lines(loaded.problems);
  EXPECT_EQ(loaded.value, default_detection());
  EXPECT_EQ(loaded.value.classes->size(), 16U);
}

TEST(DetectionConfig, StatedClassesReplaceTheDefaultOnes) {
  const auto loaded =
      load("classes:\n  traffic light: {event: custom, severity: high}\n  dog: {event: animal}\n");
  ASSERT_TRUE(loaded.ok()) << to_lines(loaded.problems);
  const Classes expected{{"traffic light", {EventType::kCustom, EventSeverity::kHigh, false}},
                         {"dog", {EventType::kAnimal, EventSeverity::kLow, false}}};
  EXPECT_EQ(loaded.value.classes, expected);
  EXPECT_TRUE(load("classes: {}\n").value.classes->empty());
}

TEST(DetectionConfig, NamesWhatIsWrong) {
  EXPECT_EQ(problems_of("tracker:\n  confirm_hits: 0\n"),
            "d.yaml:2: tracker.confirm_hits: got '0'; allowed: a whole number from 1 to 30\n");
  EXPECT_EQ(problems_of("motion: {cells_min: 0}\n"),
            "d.yaml:1: motion.cells_min: got '0'; allowed: a whole number from 1 to 10000\n");
  EXPECT_EQ(problems_of("events:\n  close_afer_s: 2\n"),
            "d.yaml:2: events.close_afer_s: unknown; did you mean close_after_s?\n");
  EXPECT_EQ(problems_of("classes:\n  dog: {severity: low}\n"),
            problems_of("classes:\n  dog: {severity: low}\n"));
  EXPECT_TRUE(problems_of("classes:\n  dog: {severity: low}\n")
                  .starts_with("d.yaml:2: classes.dog.event: is missing; allowed: person, vehicle, "));
  EXPECT_EQ(problems_of("classes:\n  dog: {event: animal, severity: huge}\n"),
            "d.yaml:2: classes.dog.severity: got 'huge'; allowed: low, medium, high or critical\n");
  EXPECT_EQ(problems_of("classes:\n  dog: animal\n"), "d.yaml:2: classes.dog: got text; allowed: a map\n");
  EXPECT_EQ(problems_of("sampling: {fps_max: nan}\n"),
            "d.yaml:1: sampling.fps_max: got 'nan'; allowed: a number from 0.1 to 60\n");
  EXPECT_EQ(problems_of("- x\n"), "d.yaml:1: got a list; allowed: a map\n");
}

TEST(DetectionConfig, ChecksNumbersAgainstEachOther) {
  EXPECT_TRUE(
      problems_of("tracker: {low_score: 0.5}\n").starts_with("d.yaml:1: tracker.low_score: out of order"));
  EXPECT_TRUE(
      problems_of("tracker: {new_track_score: 0.4}\n").starts_with("d.yaml:1: tracker.new_track_score: "));
  EXPECT_TRUE(problems_of("thresholds: {score_min: 0.2}\n").starts_with("d.yaml:1: thresholds.score_min: "));
  EXPECT_TRUE(problems_of("tracker: {lost_after_s: 11}\n")
                  .starts_with("d.yaml:1: tracker.stationary_lost_after_s: "));
  EXPECT_TRUE(problems_of("tracker: {stationary_iou: 0.4}\n")
                  .starts_with("d.yaml:1: tracker.stationary_leave_iou: "));
  EXPECT_TRUE(
      problems_of("events: {close_after_s: 11}\n").starts_with("d.yaml:1: events.close_still_after_s: "));
  EXPECT_TRUE(problems_of("also_tracked:\n  - backpack\n  - person\n")
                  .starts_with("d.yaml:3: also_tracked.1: is in classes"));
}

TEST(DetectionConfig, PutsTheSizeIntoTheModelsPath) {
  EXPECT_EQ(model_file({}), "models/yolov12n_384x640.xml");
  EXPECT_EQ(model_file({"m_{size}.xml", "320x320"}), "m_320x320.xml");
  EXPECT_EQ(model_file({"m.onnx", "320x320"}), "m.onnx");
  const auto loaded = load("model:\n  path: m.onnx\n  size: 320x320\n");
  EXPECT_EQ(to_lines(loaded.warnings),
            "d.yaml:3: model.size: has no effect: model.path has no {size} in it\n");
}

TEST(DetectionConfig, StatedSettingsGoBeforeTheFile) {
  auto detection = load("thresholds: {confidence: 0.3, iou: 0.4}\n").value;
  AiSettings ai;
  ai.confidence_threshold = 0.7;
  override_detection(ai, detection);
  EXPECT_EQ(detection.thresholds.confidence, 0.7);
  EXPECT_EQ(detection.thresholds.iou, 0.4);
  ai.yolo_model_path = "m.onnx";
  override_detection(ai, detection);
  EXPECT_EQ(model_file(detection.model), "m.onnx");
}

}  // namespace
}  // namespace sentinel::config
