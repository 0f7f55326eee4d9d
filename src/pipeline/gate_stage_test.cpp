#include "pipeline/gate_stage.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <thread>

#include "tests/fakes/fake_frame.hpp"

namespace sentinel::pipeline {
namespace {

using std::chrono::milliseconds;

StreamTime at(double seconds) {
  return StreamTime{std::llround(seconds * 1e6)};
}

// Which of the frames at 10 a second are inferred.
std::vector<double> inferred(InferPolicy policy, double length, double moving_from, double moving_to,
                             double attention_from = 1e9, double attention_to = 1e9) {
  std::vector<double> times;
  for (int n = 0; n < length * 10; ++n) {
    const double t = n / 10.0;
    if (policy.step(at(t), {.moving = t >= moving_from && t < moving_to},
                    t >= attention_from && t < attention_to)) {
      times.push_back(t);
    }
  }
  return times;
}

TEST(InferPolicy, AQuietSceneHasAHeartbeat) {
  EXPECT_EQ(inferred(InferPolicy{{}}, 7, 99, 99), (std::vector{0.0, 2.0, 4.0, 6.0}));
}

TEST(InferPolicy, MotionAndALittleAfterIsInferred) {
  const auto times = inferred(InferPolicy{{}}, 7, 3.0, 4.0);
  EXPECT_EQ(times.size(), 2U + 14U + 1U);  // 0 and 2; 3.0 to 4.3 (0.4 s after the last motion); 6.3
  EXPECT_DOUBLE_EQ(times.back(), 6.3);
}

TEST(InferPolicy, WhatStirsInItsPlaceIsLookedAtNowAndThen) {
  InferPolicy policy{{}};
  std::vector<double> times;
  for (int n = 0; n < 30; ++n) {
    if (policy.step(at(n / 10.0), {.stirring = n >= 10}, false)) times.push_back(n / 10.0);
  }
  EXPECT_EQ(times, (std::vector{0.0, 1.0, 1.5, 2.0, 2.5}));
}

TEST(InferPolicy, ALostTrackIsLookedFor) {
  const auto times = inferred(InferPolicy{{}}, 6, 99, 99, 2.0, 4.0);
  EXPECT_EQ(times.size(), 1U + 20U + 1U);  // 0; 2.0 to 3.9; 5.9
}

TEST(InferPolicy, WithoutTheGateEverythingIsInferred) {
  EXPECT_EQ(inferred(InferPolicy{{.motion_gate = false}}, 3, 99, 99).size(), 30U);
}

struct GateBench {
  GateStage stage{{}, {}};
  std::vector<GatedFrame> out;
  Emit<GatedFrame> emit{[this](GatedFrame frame) { out.push_back(std::move(frame)); }};

  void frame(double seconds, int square_x = -1, const TrackWord& word = {}, int opening = 1) {
    stage.process({fakes::fake_frame({.stream_time = at(seconds), .spec = fakes::square_at(square_x)}),
                   out.size(), opening, word},
                  emit);
  }
};

TEST(GateStage, InfersWhereSomethingMovesAndHoldsElsewhere) {
  GateBench bench;
  for (int n = 0; n < 100; ++n) bench.frame(n / 10.0, n >= 60 && n < 70 ? 2 * (n - 60) : -1);
  ASSERT_EQ(bench.out.size(), 100U);
  int quiet = 0;
  for (std::size_t n = 30; n < 60; ++n) quiet += bench.out[n].infer ? 0 : 1;
  EXPECT_GE(quiet, 28);  // but for the heartbeat
  for (std::size_t n = 60; n < 75; ++n) EXPECT_TRUE(bench.out[n].infer) << n;
  for (std::size_t n = 0; n < 100; ++n) EXPECT_EQ(bench.out[n].number, n);
}

TEST(GateStage, MotionWithinAStationaryTrackIsNothingNew) {
  GateBench bench;
  for (int n = 0; n < 80; ++n) {
    bench.frame(n / 10.0, n < 40 ? 48 : 48 + 4 * (n % 2),
                {.still = {{30, 20, 60, 60}}});  // fidgets from 4 s on
  }
  int inferred_late = 0;
  for (std::size_t n = 45; n < 80; ++n) inferred_late += bench.out[n].infer ? 1 : 0;
  EXPECT_GE(inferred_late, 6);
  EXPECT_LE(inferred_late, 8);  // every half second
}

TEST(GateStage, ANewOpeningStartsAnew) {
  GateBench bench;
  for (int n = 0; n < 50; ++n) bench.frame(n / 10.0);
  EXPECT_FALSE(bench.out.back().infer);
  bench.frame(0, -1, {}, 2);
  EXPECT_TRUE(bench.out.back().infer);
}

TEST(TrackFeedback, LiveItAnswersTheLatestWord) {
  TrackFeedback feedback{0};
  EXPECT_FALSE(feedback.heard(0).attention);
  feedback.report(0, {.attention = true});
  EXPECT_TRUE(feedback.heard(5).attention);
  feedback.report(1, {});
  EXPECT_FALSE(feedback.heard(5).attention);
}

TEST(TrackFeedback, OfflineItWaitsForTheWordOnAnEarlierFrame) {
  TrackFeedback feedback{4};
  EXPECT_FALSE(feedback.heard(3).attention);
  std::jthread tracker{[&] {
    for (std::uint64_t n = 0; n < 1'000; ++n) feedback.report(n, {.attention = n % 7 == 0});
  }};
  // As the gate does it, which is never more than the lag behind.
  for (std::uint64_t n = 996; n < 1'004; ++n) EXPECT_EQ(feedback.heard(n).attention, (n - 4) % 7 == 0);
}

}  // namespace
}  // namespace sentinel::pipeline
