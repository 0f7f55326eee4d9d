#include "vision/class_aliases.hpp"

#include <gtest/gtest.h>

namespace sentinel::vision {
namespace {

TEST(ClassAliases, ALargePhoneIsACar) {
  const ClassAliases aliases{{"person", "car", "cell phone"}, coco_aliases()};
  std::vector<domain::Detection> found{
      {{0, 0, 200, 200}, 2, 0.9F}, {{0, 0, 20, 10}, 2, 0.8F}, {{0, 0, 200, 200}, 0, 0.7F}};
  aliases.apply(found, 1000, 500);
  EXPECT_EQ(found[0].class_id, 1);
  EXPECT_EQ(found[1].class_id, 2) << "a small one may be one";
  EXPECT_EQ(found[2].class_id, 0);
}

TEST(ClassAliases, NamesThatTheModelLacksAreIgnored) {
  const ClassAliases aliases{{"phone", "vehicle"}, coco_aliases()};
  std::vector<domain::Detection> found{{{0, 0, 200, 200}, 0, 0.9F}};
  aliases.apply(found, 200, 200);
  EXPECT_EQ(found[0].class_id, 0);
}

}  // namespace
}  // namespace sentinel::vision
