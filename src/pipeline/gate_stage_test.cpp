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

struct RateCase {
  std::string name;
  double fps_in, fps_max, expected;
  double jitter_ms = 0;
};

class SamplerTable : public testing::TestWithParam<RateCase> {};

TEST_P(SamplerTable, PassesTheRate) {
  const auto& c = GetParam();
  FrameSampler sampler{c.fps_max};
  int taken = 0;
  const int frames = static_cast<int>(60 * c.fps_in);
  for (int n = 0; n < frames; ++n) {
    const double jitter = n % 3 == 0 ? c.jitter_ms : n % 3 == 1 ? -c.jitter_ms : 0;
    if (sampler.take(at(1 + n / c.fps_in + jitter / 1000))) ++taken;
  }
  EXPECT_NEAR(taken / 60.0, c.expected, 0.1);
}

const RateCase kRates[] = {
    {"below_the_limit", 5, 10, 5},
    {"at_the_limit", 10, 10, 10},
    {"at_the_limit_trembling", 10, 10, 10, 20},
    {"above_by_a_half", 15, 10, 10},
    {"twelve_and_a_half", 12.5, 10, 10},
    {"twenty_four", 24, 10, 10},
    {"thirty_trembling", 30, 10, 10, 8},
    {"one_of_many", 25, 1, 1},
};
INSTANTIATE_TEST_SUITE_P(FrameSampler, SamplerTable, testing::ValuesIn(kRates),
                         [](const auto& info) { return info.param.name; });

TEST(FrameSampler, AGapIsNotMadeUpFor) {
  FrameSampler sampler{10};
  EXPECT_TRUE(sampler.take(at(0)));
  int taken = 0;
  for (int n = 0; n < 30; ++n) {
    if (sampler.take(at(60 + n / 30.0))) ++taken;
  }
  EXPECT_LE(taken, 11);
}

// Which of the frames at 10 a second are inferred.
std::vector<double> inferred(InferPolicy policy, double length, double moving_from, double moving_to,
                             double attention_from = 1e9, double attention_to = 1e9) {
  std::vector<double> times;
  for (int n = 0; n < length * 10; ++n) {
    const double t = n / 10.0;
    if (policy.step(at(t), t >= moving_from && t < moving_to, t >= attention_from && t < attention_to)) {
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
  EXPECT_EQ(times.size(), 2U + 19U + 1U);  // 0 and 2; 3.0 to 4.8 (0.9 s after the last motion); 6.8
  EXPECT_DOUBLE_EQ(times.back(), 6.8);
}

TEST(InferPolicy, ALostTrackIsLookedFor) {
  const auto times = inferred(InferPolicy{{}}, 6, 99, 99, 2.0, 4.0);
  EXPECT_EQ(times.size(), 1U + 20U + 1U);  // 0; 2.0 to 3.9; 5.9
}

TEST(InferPolicy, WithoutTheGateEverythingIsInferred) {
  EXPECT_EQ(inferred(InferPolicy{{.motion_gate = false}}, 3, 99, 99).size(), 30U);
}

struct GateBench {
  Attention attention{0};
  GateStage stage{10, {}, {}, attention};
  std::vector<GatedFrame> out;
  std::vector<DropReason> drops;
  Emit<GatedFrame> emit{[this](GatedFrame frame) { out.push_back(std::move(frame)); },
                        [this](DropReason reason) { drops.push_back(reason); }};

  void frame(double seconds, int opening = 1, int square_x = -1) {
    stage.process(
        {fakes::fake_frame({.stream_time = at(seconds), .spec = fakes::square_at(square_x)}), opening}, emit);
  }
};

TEST(GateStage, InfersWhereSomethingMovesAndHoldsElsewhere) {
  GateBench bench;
  for (int n = 0; n < 100; ++n) bench.frame(n / 10.0, 1, n >= 60 && n < 70 ? 2 * (n - 60) : -1);
  ASSERT_EQ(bench.out.size(), 100U);
  int quiet = 0;
  for (int n = 30; n < 60; ++n) quiet += bench.out[static_cast<std::size_t>(n)].infer ? 0 : 1;
  EXPECT_GE(quiet, 28);  // but for the heartbeat
  for (std::size_t n = 60; n < 75; ++n) EXPECT_TRUE(bench.out[n].infer) << n;
  for (std::size_t n = 0; n < 100; ++n) EXPECT_EQ(bench.out[n].number, n);
}

TEST(GateStage, TimeThatDoesNotGrowIsDroppedUnlessTheStreamBeginsAnew) {
  GateBench bench;
  bench.frame(1.0);
  bench.frame(1.0);
  bench.frame(0.5);
  EXPECT_EQ(bench.out.size(), 1U);
  EXPECT_EQ(bench.drops, (std::vector{DropReason::kOutOfOrder, DropReason::kOutOfOrder}));
  bench.frame(0.0, 2);
  ASSERT_EQ(bench.out.size(), 2U);
  EXPECT_EQ(bench.out[1].number, 1U);
  EXPECT_TRUE(bench.out[1].infer);
}

TEST(Attention, LiveItAnswersTheLatestWord) {
  Attention attention{0};
  EXPECT_FALSE(attention.wanted(0));
  attention.report(0, true);
  EXPECT_TRUE(attention.wanted(5));
  attention.report(1, false);
  EXPECT_FALSE(attention.wanted(5));
}

TEST(Attention, OfflineItWaitsForTheWordOnAnEarlierFrame) {
  Attention attention{4};
  EXPECT_FALSE(attention.wanted(3));
  std::jthread tracker{[&] {
    for (std::uint64_t n = 0; n < 1'000; ++n) attention.report(n, n % 7 == 0);
  }};
  // As the gate does it, which is never more than the lag behind.
  for (std::uint64_t n = 996; n < 1'004; ++n) EXPECT_EQ(attention.wanted(n), (n - 4) % 7 == 0);
}

}  // namespace
}  // namespace sentinel::pipeline
