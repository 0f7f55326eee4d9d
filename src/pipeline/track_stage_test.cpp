#include "pipeline/track_stage.hpp"

#include <gtest/gtest.h>

#include "tests/fakes/fake_frame.hpp"

namespace sentinel::pipeline {
namespace {

using std::chrono::milliseconds;

constexpr int kPerson = 0, kChair = 1;

struct Bench {
  TrackFeedback feedback{0};
  TrackStage stage{{}, {true, false}, feedback};
  std::vector<TrackedItem> out;
  Emit<TrackedItem> emit{[this](TrackedItem item) { out.push_back(std::move(item)); }};
  std::uint64_t number = 0;

  const std::vector<domain::Track>& frame(int ms, std::vector<domain::Detection> detections,
                                          bool inferred = true, int opening = 1) {
    stage.process({fakes::fake_frame({.stream_time = milliseconds{ms}}), number++, opening, inferred,
                   std::move(detections)},
                  emit);
    return out.back().tracked.tracks;
  }
};

domain::Detection at(float x, int class_id = kPerson) {
  return {{x, 20, 30, 60}, class_id, 0.9F};
}

TEST(TrackStage, TracksTheWantedClassesAndDescribesTheFrame) {
  Bench bench;
  for (int n = 0; n < 4; ++n) bench.frame(100 * n, {at(10), at(80, kChair)});
  const auto& item = bench.out.back();
  ASSERT_EQ(item.tracked.tracks.size(), 1U);
  EXPECT_EQ(item.tracked.tracks[0].class_id, kPerson);
  EXPECT_EQ(item.tracked.stream_time, milliseconds{300});
  EXPECT_EQ(item.tracked.captured_at, item.frame->captured_at);
  EXPECT_EQ(item.tracked.width, 160);
  EXPECT_EQ(bench.out.size(), 4U);
}

TEST(TrackStage, AHeldFrameKeepsTheTracksAndALostOneAsksForAttention) {
  Bench bench;
  for (int n = 0; n < 4; ++n) bench.frame(100 * n, {at(10)});
  for (int n = 4; n < 60; ++n) {
    const auto& tracks = bench.frame(100 * n, {}, false);
    ASSERT_EQ(tracks.size(), 1U);
    EXPECT_NE(tracks[0].state, domain::TrackState::kLost);
  }
  EXPECT_FALSE(bench.feedback.heard(0).attention);
  ASSERT_EQ(bench.feedback.heard(0).still.size(), 1U);  // stationary by now
  EXPECT_NEAR(bench.feedback.heard(0).still[0].x, 10, 1);
  const auto& missed = bench.frame(6'000, {});
  ASSERT_EQ(missed.size(), 1U);
  EXPECT_EQ(missed[0].state, domain::TrackState::kLost);
  EXPECT_TRUE(bench.feedback.heard(0).attention);
  bench.frame(6'100, {at(10)});
  EXPECT_FALSE(bench.feedback.heard(0).attention);
}

TEST(TrackStage, ANewOpeningBeginsWithNewTracks) {
  Bench bench;
  for (int n = 0; n < 4; ++n) bench.frame(1'000 + 100 * n, {at(10)});
  EXPECT_TRUE(bench.frame(0, {at(10)}, true, 2).empty());  // time went back: this is another stream
  bench.frame(100, {at(10)}, true, 2);
  const auto& tracks = bench.frame(200, {at(10)}, true, 2);
  ASSERT_EQ(tracks.size(), 1U);
  EXPECT_EQ(tracks[0].id, 1);
  EXPECT_EQ(tracks[0].first_seen, milliseconds{0});
}

}  // namespace
}  // namespace sentinel::pipeline
