#include "vision/yolo_head.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

namespace sentinel::vision {
namespace {

constexpr HeadShape kShape{.classes = 3, .candidates = 5};

// An output in which no candidate scores, to be filled by columns.
struct Output {
  std::vector<float> values = std::vector<float>(kShape.values(), 0.F);

  void set(std::size_t column, const std::vector<float>& rows) {
    for (std::size_t row = 0; row < rows.size(); ++row) values[row * kShape.candidates + column] = rows[row];
  }
};

std::vector<domain::Detection> decode(const Output& output, float score_min) {
  YoloHead head{kShape};
  std::vector<domain::Detection> found(9);  // what stood there before is replaced
  head.decode(output.values, score_min, place_in_picture(1280, 720, 640, 384), found);
  return found;
}

TEST(YoloHead, TakesTheBestClassAndMapsTheBox) {
  Output output;
  output.set(1, {100, 112, 20, 40, 0.2F, 0.9F, 0.3F});
  output.set(4, {320, 192, 64, 64, 0.6F, 0.1F, 0.6F});
  const auto found = decode(output, 0.5F);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].class_id, 1);
  EXPECT_FLOAT_EQ(found[0].score, 0.9F);
  EXPECT_FLOAT_EQ(found[0].box.x, 180);
  EXPECT_FLOAT_EQ(found[0].box.y, 160);
  EXPECT_FLOAT_EQ(found[0].box.width, 40);
  EXPECT_FLOAT_EQ(found[0].box.height, 80);
  EXPECT_EQ(found[1].class_id, 0) << "of equal scores the first class";
}

TEST(YoloHead, TheThresholdIsIncluded) {
  Output output;
  output.set(0, {100, 112, 20, 40, 0.5F, 0, 0});
  output.set(1, {300, 112, 20, 40, 0.499F, 0, 0});
  EXPECT_EQ(decode(output, 0.5F).size(), 1U);
  EXPECT_EQ(decode(output, 0.4F).size(), 2U);
}

TEST(YoloHead, CutsAtTheBorderAndDropsWhatIsOutside) {
  Output output;
  output.set(0, {0, 192, 20, 40, 0.9F, 0, 0});
  output.set(1, {320, 3, 20, 10, 0.9F, 0, 0});     // in the padding above
  output.set(2, {320, 192, -20, 40, 0.9F, 0, 0});  // no area
  const auto found = decode(output, 0.5F);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FLOAT_EQ(found[0].box.x, 0);
  EXPECT_FLOAT_EQ(found[0].box.width, 20);
}

TEST(YoloHead, SurvivesWhatIsNotANumber) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  Output output;
  output.set(0, {100, 112, 20, 40, kNan, kNan, kNan});
  output.set(1, {kNan, 112, 20, 40, 0.9F, 0, 0});
  output.set(2, {100, kInfinity, 20, 40, 0.9F, 0, 0});
  output.set(3, {100, 112, 20, 40, kNan, 0.8F, 0});
  output.set(4, {100, 112, 20, 40, kInfinity, 0, 0});
  const auto found = decode(output, 0.5F);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].class_id, 1);
  EXPECT_FLOAT_EQ(found[1].score, 1) << "scores never exceed 1";
}

TEST(YoloHead, LooksForTheWantedClassesAlone) {
  Output output;
  output.set(0, {100, 112, 20, 40, 0.6F, 0.9F, 0.7F});
  output.set(1, {300, 112, 20, 40, 0.1F, 0.9F, 0.1F});
  YoloHead head{kShape, {2, 0}};
  std::vector<domain::Detection> found;
  head.decode(output.values, 0.5F, place_in_picture(1280, 720, 640, 384), found);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].class_id, 2);
  EXPECT_FLOAT_EQ(found[0].score, 0.7F);
  EXPECT_THROW((YoloHead{kShape, {3}}), std::invalid_argument);
}

TEST(YoloHead, RefusesAnOutputOfAnotherSize) {
  YoloHead head{kShape};
  std::vector<domain::Detection> found;
  const std::vector<float> values(kShape.values() - 1);
  EXPECT_THROW(head.decode(values, 0.5F, Placement{}, found), std::invalid_argument);
}

}  // namespace
}  // namespace sentinel::vision
