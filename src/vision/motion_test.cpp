#include "vision/motion.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "tests/fakes/synthetic_frame.hpp"

namespace sentinel::vision {
namespace {

using fakes::SyntheticFrame;

constexpr int kWidth = 640;
constexpr int kHeight = 360;

struct Light {
  double gain = 1;
  double offset = 0;
};

// A camera on a scene of grey stripes: paint what is there, then look.
struct Camera {
  int width = kWidth;
  int height = kHeight;
  double fps = 5;
  double noise = 4;  // of the sensor, in luma steps
  MotionGate gate{MotionConfig{}};
  std::mt19937 random{7};
  double time = 0;

  template <class Paint>
  MotionResult look(Paint paint, Light light = {}, std::span<const domain::Box> known = {}) {
    SyntheticFrame scene{width, height};
    scene.fill(100, 128, 128);
    for (int x = 0; x < width; x += 32) scene.paint(x, 0, 16, height, 140);
    paint(scene);
    scene.expose(light.gain, light.offset, noise, random);
    const MotionResult result = gate.step(scene.frame(StreamTime{std::llround(time * 1e6)}), known);
    time += 1 / fps;
    return result;
  }
  MotionResult look_at_nothing(Light light = {}) {
    return look([](SyntheticFrame&) {}, light);
  }
  // Looks at nothing for so long and answers in which share of the frames the gate was open.
  double share_open(double seconds) {
    int open = 0;
    const int frames = static_cast<int>(seconds * fps);
    for (int i = 0; i < frames; ++i) open += look_at_nothing().moving ? 1 : 0;
    return static_cast<double>(open) / frames;
  }
};

TEST(MotionGate, TheFirstSecondCountsAsMoving) {
  Camera camera;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(camera.look_at_nothing().moving) << i;
  EXPECT_EQ(camera.share_open(4), 0);
}

TEST(MotionGate, SensorNoiseDoesNotOpenIt) {
  for (const double noise : {0.0, 3.0, 8.0}) {
    Camera camera;
    camera.noise = noise;
    camera.share_open(2);
    EXPECT_EQ(camera.share_open(6), 0) << "standard deviation " << noise;
  }
  Camera small;
  small.width = 320;
  small.height = 240;
  small.noise = 8;
  small.share_open(2);
  EXPECT_EQ(small.share_open(20), 0);
}

TEST(MotionGate, AWalkerOfThreePercentOfTheHeightOpensIt) {
  constexpr int kTall = 720 * 3 / 100;
  for (const double fps : {2.0, 5.0, 10.0}) {
    for (const double speed : {0.3, 0.8, 2.0}) {  // heights a second: strolling, walking, running
      Camera camera;
      camera.width = 1280;
      camera.height = 720;
      camera.fps = fps;
      camera.share_open(2);
      int open = 0;
      const int frames = static_cast<int>(4 * fps);
      for (int i = 0; i < frames; ++i) {
        const int x = 600 + static_cast<int>(speed * kTall * i / fps);
        open += camera.look([&](SyntheticFrame& f) { f.paint(x, 301, kTall / 3, kTall, 60); }).moving ? 1 : 0;
      }
      EXPECT_GE(open, frames * 9 / 10) << fps << " frames a second, speed " << speed;
    }
  }
}

TEST(MotionGate, ClosesSoonAfterSomethingStoodStillOrLeft) {
  Camera camera;
  camera.share_open(2);
  const auto stands = [&camera] {
    return camera.look([](SyntheticFrame& f) { f.paint(250, 100, 50, 150, 30); }).moving;
  };
  EXPECT_TRUE(stands());
  for (int i = 0; i < 20; ++i) stands();
  EXPECT_FALSE(stands());
  EXPECT_TRUE(camera.look_at_nothing().moving) << "it leaves";
  camera.share_open(4);
  EXPECT_EQ(camera.share_open(2), 0);
}

TEST(MotionGate, ALightThatChangesEverywhereMovesNothing) {
  Camera camera;
  camera.share_open(3);
  for (int i = 0; i < 50; ++i) {  // a cloud: a third of the light goes within 10 s
    EXPECT_FALSE(camera.look_at_nothing({.gain = 1 - 0.007 * i}).moving) << i;
  }
  EXPECT_FALSE(camera.look_at_nothing({.gain = 1.0}).moving) << "exposure jumps back";
}

TEST(MotionGate, AfterALightWasSwitchedItSettlesWithinSeconds) {
  Camera camera;
  camera.share_open(3);
  const auto half_lit = [](SyntheticFrame& f) { f.paint(0, 0, kWidth * 3 / 4, kHeight, 230); };
  EXPECT_TRUE(camera.look(half_lit).moving);
  for (int i = 0; i < 15; ++i) camera.look(half_lit);
  EXPECT_FALSE(camera.look(half_lit).moving);
}

TEST(MotionGate, LearnsARestlessPlaceAndStillSeesWhoComesThere) {
  Camera camera;
  camera.noise = 2;
  const auto leaves = [&camera](SyntheticFrame& f) {  // each cell of the tree for itself, by about 10 steps
    for (int y = 40; y < 120; y += 4) {
      for (int x = 320; x < 400; x += 4)
        f.paint(x, y, 4, 4, static_cast<std::uint8_t>(90 + camera.random() % 25));
    }
  };
  for (int i = 0; i < 200; ++i) camera.look(leaves);
  int open = 0;
  for (int i = 0; i < 20; ++i) open += camera.look(leaves).moving ? 1 : 0;
  EXPECT_LE(open, 2);
  const auto somebody = [&](SyntheticFrame& f) {
    leaves(f);
    f.paint(350, 50, 12, 30, 20);
  };
  EXPECT_TRUE(camera.look(somebody).moving);
}

TEST(MotionGate, TellsApartWhatStirsInAKnownPlace) {
  Camera camera;
  camera.share_open(3);
  const std::vector<domain::Box> known{{250, 100, 50, 150}};
  int frame = 0;
  const auto fidgets = [&frame](SyntheticFrame& f) {
    f.paint(250, 100, 50, 150, 30);
    f.paint(260 + frame++ % 2 * 10, 150, 10, 20, 200);
  };
  for (int i = 0; i < 25; ++i) camera.look(fidgets, {}, known);
  const MotionResult stirring = camera.look(fidgets, {}, known);
  EXPECT_FALSE(stirring.moving);
  EXPECT_TRUE(stirring.stirring);
  const MotionResult joined = camera.look(
      [&](SyntheticFrame& f) {
        fidgets(f);
        f.paint(400, 100, 30, 90, 30);
      },
      {}, known);
  EXPECT_TRUE(joined.moving);
  EXPECT_FALSE(joined.stirring);
  for (int i = 0; i < 25; ++i) camera.look_at_nothing();
  EXPECT_FALSE(camera.look_at_nothing().stirring);
}

TEST(MotionGate, StartsAnewWithAnotherSizeAndWhenTimeStepsBack) {
  Camera camera;
  camera.share_open(3);
  EXPECT_FALSE(camera.look_at_nothing().moving);
  camera.width = 704;
  camera.height = 576;
  EXPECT_TRUE(camera.look_at_nothing().moving);
  camera.share_open(3);
  EXPECT_FALSE(camera.look_at_nothing().moving);
  camera.time = 0;
  EXPECT_TRUE(camera.look_at_nothing().moving);
}

TEST(MotionGate, TakesAnySizeAndRefusesWhatIsNoFrame) {
  for (const auto [width, height] : {std::pair{2, 2}, {3, 1000}, {1000, 3}, {321, 241}, {4096, 2304}}) {
    Camera camera;
    camera.width = width;
    camera.height = height;
    camera.look_at_nothing();
    camera.look_at_nothing();
  }
  MotionGate gate{MotionConfig{}};
  EXPECT_THROW(gate.step(domain::Frame{}), std::invalid_argument);
}

}  // namespace
}  // namespace sentinel::vision
