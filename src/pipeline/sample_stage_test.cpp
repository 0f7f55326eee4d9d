#include "pipeline/sample_stage.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/fakes/fake_frame.hpp"

namespace sentinel::pipeline {
namespace {

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

TEST(SampleStage, TimeThatDoesNotGrowIsDroppedUnlessTheStreamBeginsAnew) {
  SampleStage stage{10};
  std::vector<SampledFrame> out;
  std::vector<DropReason> drops;
  const Emit<SampledFrame> emit{[&](SampledFrame frame) { out.push_back(std::move(frame)); },
                                [&](DropReason reason) { drops.push_back(reason); }};
  const auto frame = [&](double seconds, int opening) {
    stage.process({fakes::fake_frame({.stream_time = at(seconds)}), opening}, emit);
  };
  frame(1.0, 1);
  frame(1.0, 1);
  frame(0.5, 1);
  frame(1.02, 1);
  EXPECT_EQ(out.size(), 1U);
  EXPECT_EQ(drops, (std::vector{DropReason::kOutOfOrder, DropReason::kOutOfOrder, DropReason::kOverRate}));
  frame(0.0, 2);
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[1].number, 1U);
}

}  // namespace
}  // namespace sentinel::pipeline
