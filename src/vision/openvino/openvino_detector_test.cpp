#include "vision/openvino/openvino_detector.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "tests/fakes/synthetic_frame.hpp"
#include "tests/fakes/temp_folder.hpp"
#include "vision/openvino/tiny_models.hpp"

namespace sentinel::vision {
namespace {

using fakes::SyntheticFrame;

class OpenVinoDetectorTest : public testing::Test {
 protected:
  OpenVinoDetectorTest() {
    config_.model_path = (folder_.path() / "colours.xml").string();
    ov::save_model(make_colour_model(), config_.model_path, false);
    config_.slots = 1;
  }
  std::unique_ptr<Detector> open() {
    auto detector = open_detector(config_);
    EXPECT_TRUE(detector) << detector.error().describe();
    return std::move(*detector);
  }
  std::string refusal() {
    const auto detector = open_detector(config_);
    if (detector) return "accepted";
    EXPECT_EQ(detector.error().kind, ErrorKind::kInvalid);
    return detector.error().message;
  }

  fakes::TempFolder folder_;
  DetectorConfig config_;
};

TEST_F(OpenVinoDetectorTest, GivesTheModelRgbFromZeroToOneAndMapsItsBoxesBack) {
  const auto detector = open();
  SyntheticFrame red{320, 192};
  red.fill(81, 90, 240);  // the red primary of BT.601
  const auto found = detector->infer(0, red.frame());
  ASSERT_EQ(found.size(), 1U)
      << "equal candidates are one, and the other colours score less than the threshold";
  EXPECT_EQ(detector->info().class_names.at(static_cast<std::size_t>(found[0].class_id)), "red");
  EXPECT_NEAR(found[0].score, 1, 0.01);
  EXPECT_FLOAT_EQ(found[0].box.x, 120);
  EXPECT_FLOAT_EQ(found[0].box.y, 76);
  EXPECT_FLOAT_EQ(found[0].box.width, 80);
  EXPECT_FLOAT_EQ(found[0].box.height, 40);
  SyntheticFrame blue{320, 192};
  blue.fill(41, 240, 110);
  EXPECT_EQ(detector->infer(0, blue.frame()).at(0).class_id, 2);
}

TEST_F(OpenVinoDetectorTest, LooksForTheConfiguredClasses) {
  config_.classes = {"blue", "green"};
  const auto detector = open();
  SyntheticFrame red{320, 192};
  red.fill(81, 90, 240);
  EXPECT_TRUE(detector->infer(0, red.frame()).empty());
  config_.classes = {"violet"};
  EXPECT_NE(refusal().find("class violet"), std::string::npos);
  EXPECT_NE(refusal().find("red, green, blue"), std::string::npos);
}

TEST_F(OpenVinoDetectorTest, NamesTheDevicesThatThereAre) {
  config_.device = "NPU.7";
  const std::string message = refusal();
  EXPECT_NE(message.find("NPU.7"), std::string::npos);
  EXPECT_NE(message.find("CPU"), std::string::npos) << message;
  config_.device = "";
  EXPECT_NE(refusal(), "accepted");
}

TEST_F(OpenVinoDetectorTest, AutoIsSettledWhenOpened) {
  config_.device = "AUTO";
  const std::string device = open()->info().device;
  EXPECT_TRUE(device == "CPU" || device == "GPU") << device;
}

TEST_F(OpenVinoDetectorTest, RefusesSettingsOutOfBounds) {
  const DetectorConfig right = config_;
  config_.score_min = 0;
  EXPECT_NE(refusal().find("score"), std::string::npos);
  config_ = right;
  config_.iou_max = 1.5F;
  EXPECT_NE(refusal().find("IoU"), std::string::npos);
  config_ = right;
  config_.slots = kSlotsMax + 1;
  EXPECT_NE(refusal().find("64"), std::string::npos);
  config_ = right;
  config_.model_path = "best.pt";
  EXPECT_NE(refusal().find("yolo export"), std::string::npos);
}

TEST_F(OpenVinoDetectorTest, PassesOnWhatTheCallerKnows) {
  config_.sha256 = "ab12";
  EXPECT_EQ(open()->info().sha256, "ab12");
  const auto described = describe_model(config_.model_path, "cd34");
  ASSERT_TRUE(described);
  EXPECT_EQ(described->sha256, "cd34");
  EXPECT_EQ(described->input_width, 160);
}

TEST_F(OpenVinoDetectorTest, SlotsWorkAtOnce) {
  config_.slots = 3;
  const auto detector = open();
  ASSERT_EQ(detector->slots(), 3U);
  std::vector<int> wrong(3, 0);
  std::vector<std::thread> threads;
  for (std::size_t slot = 0; slot < 3; ++slot) {
    threads.emplace_back([&, slot] {
      SyntheticFrame frame{320, 192};
      if (slot == 1) frame.fill(145, 54, 34);  // green
      if (slot != 1) frame.fill(41, 240, 110);
      for (int i = 0; i < 50; ++i) {
        const auto found = detector->infer(slot, frame.frame());
        if (found.size() != 1 || found[0].class_id != (slot == 1 ? 1 : 2)) ++wrong[slot];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, (std::vector<int>{0, 0, 0}));
  EXPECT_THROW(detector->infer(3, SyntheticFrame{320, 192}.frame()), std::out_of_range);
}

TEST_F(OpenVinoDetectorTest, HasASlotForEachCoreUnlessToldOtherwise) {
  config_.slots = 0;
  EXPECT_GE(open()->slots(), 1U);
}

// A red octagon with a white rim: to the model that script/setup brings, a stop sign.
SyntheticFrame make_stop_sign(int center_x, int center_y, int radius) {
  SyntheticFrame frame{1280, 720};
  frame.fill(160, 140, 115);
  for (int y = 0; y < frame.height(); ++y) {
    for (int x = 0; x < frame.width(); ++x) {
      const int dx = std::abs(x - center_x);
      const int dy = std::abs(y - center_y);
      const auto inside = [dx, dy](int r) { return dx <= r && dy <= r && dx + dy <= r * 141 / 100; };
      if (inside(radius - radius / 16)) {
        frame.set_pixel(x, y, 81, 95, 215);
      } else if (inside(radius)) {
        frame.set_pixel(x, y, 235, 128, 128);
      }
    }
  }
  return frame;
}

TEST(RealDetector, FindsAStopSign) {
  const std::string path = "models/yolov12n_384x640.xml";
  ASSERT_TRUE(std::filesystem::exists(path)) << path << " is not here: script/setup brings it";
  DetectorConfig config;
  config.model_path = path;
  config.score_min = 0.5F;
  config.slots = 1;
  const auto detector = open_detector(config);
  ASSERT_TRUE(detector) << detector.error().describe();
  const SyntheticFrame sign = make_stop_sign(900, 260, 100);
  const auto found = (*detector)->infer(0, sign.frame());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ((*detector)->info().class_names.at(static_cast<std::size_t>(found[0].class_id)), "stop sign");
  EXPECT_GT(domain::iou(found[0].box, {800, 160, 200, 200}), 0.9F);
}

}  // namespace
}  // namespace sentinel::vision
