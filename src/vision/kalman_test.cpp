#include "vision/kalman.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace sentinel::vision {
namespace {

// A box 40 x 100 that moves to the right by 80 pixels a second.
domain::Box walker(float seconds) {
  return {80 * seconds, 200, 40, 100};
}

TEST(BoxFilter, StartsWhereItIs) {
  const domain::Box box = BoxFilter{{10, 20, 30, 60}}.box();
  EXPECT_FLOAT_EQ(box.x, 10);
  EXPECT_FLOAT_EQ(box.y, 20);
  EXPECT_FLOAT_EQ(box.width, 30);
  EXPECT_FLOAT_EQ(box.height, 60);
}

TEST(BoxFilter, LearnsTheVelocityAtAnyRate) {
  for (const float rate : {3.F, 5.F, 10.F, 30.F}) {
    BoxFilter filter{walker(0)};
    float time = 0;
    while (time < 2) {
      time += 1 / rate;
      filter.predict(1 / rate);
      filter.correct(walker(time), 0.8F);
    }
    filter.predict(1);  // one second unseen
    EXPECT_NEAR(filter.box().center_x(), walker(time + 1).center_x(), 8) << rate << " frames a second";
    EXPECT_NEAR(filter.box().center_y(), 250, 1);
    EXPECT_NEAR(filter.box().height, 100, 2);
  }
}

TEST(BoxFilter, PredictingTwiceIsPredictingOnce) {
  BoxFilter once{walker(0)};
  BoxFilter twice{walker(0)};
  for (int i = 1; i <= 10; ++i) {
    const float time = static_cast<float>(i) * 0.2F;
    once.predict(0.2F);
    twice.predict(0.1F);
    twice.predict(0.1F);
    once.correct(walker(time), 0.8F);
    twice.correct(walker(time), 0.8F);
  }
  EXPECT_NEAR(once.box().x, twice.box().x, 0.5F);
}

TEST(BoxFilter, SmoothsJitterAndTrustsGoodScoresMore) {
  std::mt19937 random{2};
  std::normal_distribution<float> jitter{0, 5};
  float square_sum = 0;
  BoxFilter filter{{100, 100, 40, 100}};
  for (int i = 0; i < 200; ++i) {
    filter.predict(0.1F);
    filter.correct({100 + jitter(random), 100, 40, 100}, 0.5F);
    const float error = filter.box().x - 100;
    square_sum += error * error;
  }
  EXPECT_LT(std::sqrt(square_sum / 200), 4.5F);

  BoxFilter doubting{walker(0)};
  BoxFilter trusting{walker(0)};
  doubting.correct({30, 200, 40, 100}, 0.1F);
  trusting.correct({30, 200, 40, 100}, 0.9F);
  EXPECT_LT(doubting.box().x, trusting.box().x);
}

TEST(BoxFilter, StopsAndStaysInShape) {
  BoxFilter filter{walker(0)};
  for (int i = 1; i <= 20; ++i) {
    filter.predict(0.1F);
    filter.correct(walker(static_cast<float>(i) * 0.1F), 0.8F);
  }
  const float x = filter.box().x;
  filter.stop();
  filter.predict(60);
  EXPECT_FLOAT_EQ(filter.box().x, x);

  BoxFilter flat{{0, 0, 0, 0}};
  flat.predict(1);
  flat.correct({0, 0, 0, 0}, 1);
  EXPECT_GT(flat.box().width, 0);
  EXPECT_GT(flat.box().height, 0);
}

}  // namespace
}  // namespace sentinel::vision
