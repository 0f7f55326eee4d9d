#include "app/mapping.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sentinel::app {
namespace {

// config/ may not see the modules' structs and writes their defaults down a second time: here they are held
// together.
class Defaults : public testing::Test {
 protected:
  const config::Settings settings_{};
  const config::DetectionConfig detection_ = config::default_detection();
  const pipeline::PipelineConfig mapped_ = to_pipeline(detection_, settings_.processing);
  const pipeline::PipelineConfig theirs_{};
};

TEST_F(Defaults, OfTheGateAreThePipelines) {
  EXPECT_EQ(mapped_.infer.motion_gate, theirs_.infer.motion_gate);
  EXPECT_EQ(mapped_.infer.linger, theirs_.infer.linger);
  EXPECT_EQ(mapped_.infer.heartbeat, theirs_.infer.heartbeat);
  EXPECT_EQ(mapped_.infer.stirring_every, theirs_.infer.stirring_every);
  EXPECT_EQ(mapped_.motion.rows, theirs_.motion.rows);
  EXPECT_EQ(mapped_.motion.difference_min, theirs_.motion.difference_min);
  EXPECT_EQ(mapped_.motion.noise_gain, theirs_.motion.noise_gain);
  EXPECT_EQ(mapped_.motion.cells_min, theirs_.motion.cells_min);
  EXPECT_EQ(mapped_.frames_waiting_max, theirs_.frames_waiting_max);
  EXPECT_EQ(mapped_.also_tracked, theirs_.also_tracked);
}

TEST_F(Defaults, OfTheTrackerAreTheTrackers) {
  const auto& ours = mapped_.tracker;
  const auto& theirs = theirs_.tracker;
  EXPECT_EQ(ours.high_score, theirs.high_score);
  EXPECT_EQ(ours.low_score, theirs.low_score);
  EXPECT_EQ(ours.new_track_score, theirs.new_track_score);
  EXPECT_EQ(ours.match_iou, theirs.match_iou);
  EXPECT_EQ(ours.weak_match_iou, theirs.weak_match_iou);
  EXPECT_EQ(ours.tentative_match_iou, theirs.tentative_match_iou);
  EXPECT_EQ(ours.search_match_iou, theirs.search_match_iou);
  EXPECT_EQ(ours.search_margin, theirs.search_margin);
  EXPECT_EQ(ours.confirm_hits, theirs.confirm_hits);
  EXPECT_EQ(ours.tentative_lost_after, theirs.tentative_lost_after);
  EXPECT_EQ(ours.lost_after, theirs.lost_after);
  EXPECT_EQ(ours.stationary_lost_after, theirs.stationary_lost_after);
  EXPECT_EQ(ours.stationary_after, theirs.stationary_after);
  EXPECT_EQ(ours.stationary_iou, theirs.stationary_iou);
  EXPECT_EQ(ours.stationary_leave_iou, theirs.stationary_leave_iou);
  EXPECT_EQ(ours.tracks_max, theirs.tracks_max);
}

TEST_F(Defaults, OfTheEventsAreThePresences) {
  const auto& ours = mapped_.events;
  const auto& theirs = theirs_.events;
  EXPECT_EQ(ours.presence.confidence_min, theirs.presence.confidence_min);
  EXPECT_EQ(ours.presence.duration_min, theirs.presence.duration_min);
  EXPECT_EQ(ours.presence.moved_min, theirs.presence.moved_min);
  EXPECT_EQ(ours.presence.close_after, theirs.presence.close_after);
  EXPECT_EQ(ours.presence.close_still_after, theirs.presence.close_still_after);
  EXPECT_EQ(ours.presence.update_every, theirs.presence.update_every);
  EXPECT_EQ(ours.presence.refresh_every, theirs.presence.refresh_every);
  EXPECT_EQ(ours.close_when_away, theirs.close_when_away);
  EXPECT_EQ(ours.snapshot_width_max, theirs.snapshot_width_max);
  EXPECT_EQ(ours.snapshot_quality, theirs.snapshot_quality);
}

TEST_F(Defaults, OfTheClassesAreThePresences) {
  const auto& ours = mapped_.events.presence.wanted;
  const auto& theirs = theirs_.events.presence.wanted;
  ASSERT_EQ(ours.size(), theirs.size());
  for (const analytics::ClassRule& rule : theirs) {
    const auto same = std::find_if(ours.begin(), ours.end(),
                                   [&](const auto& wanted) { return wanted.class_name == rule.class_name; });
    ASSERT_NE(same, ours.end()) << rule.class_name;
    EXPECT_EQ(same->type, rule.type) << rule.class_name;
    EXPECT_EQ(same->severity, rule.severity) << rule.class_name;
    EXPECT_EQ(same->must_move, rule.must_move) << rule.class_name;
    EXPECT_EQ(same->confidence_min, rule.confidence_min) << rule.class_name;
  }
}

TEST_F(Defaults, OfTheDetectorAreTheDetectors) {
  const auto ours = to_detector(detection_, settings_);
  const vision::DetectorConfig theirs;
  EXPECT_EQ(ours.device, theirs.device);
  EXPECT_EQ(ours.score_min, theirs.score_min);
  EXPECT_EQ(ours.iou_max, theirs.iou_max);
  EXPECT_EQ(ours.slots, theirs.slots);
}

struct Scores {
  float low, high, new_track, detected;
  bool operator==(const Scores&) const = default;
};

Scores scores_at(double confidence, double of_person = 0) {
  config::DetectionConfig detection = config::default_detection();
  detection.thresholds.confidence = confidence;
  for (auto& [name, wanted] : *detection.classes) {
    wanted.confidence = name == "person" ? of_person : std::max(of_person, 0.3);
  }
  const auto tracker = to_pipeline(detection, {}).tracker;
  return {tracker.low_score, tracker.high_score, tracker.new_track_score,
          to_detector(detection, {}).score_min};
}

TEST(Confidence, BelowTheTrackersThresholdsLowersThem) {
  EXPECT_EQ(scores_at(0.3), (Scores{0.1F, 0.3F, 0.3F, 0.1F}));
  EXPECT_EQ(scores_at(0.05), (Scores{0.05F, 0.05F, 0.05F, 0.05F}));
  EXPECT_EQ(scores_at(0.1, 0.2), (Scores{0.1F, 0.2F, 0.2F, 0.1F})) << "every class asks for more";
  for (const double tuned : {0.5, 0.7}) EXPECT_EQ(scores_at(tuned), (Scores{0.1F, 0.5F, 0.6F, 0.1F}));
}

}  // namespace
}  // namespace sentinel::app
