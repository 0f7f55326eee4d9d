#include "vision/class_groups.hpp"

#include <gtest/gtest.h>

namespace sentinel::vision {
namespace {

TEST(ClassGroups, JoinsWhatADetectorConfuses) {
  const std::vector<std::string> names{"person", "car", "dog", "truck", "tree", "cat"};
  const ClassGroups groups{names, coco_group_names()};
  EXPECT_EQ(groups.of(1), groups.of(3)) << "car and truck";
  EXPECT_EQ(groups.of(2), groups.of(5)) << "dog and cat";
  EXPECT_NE(groups.of(1), groups.of(2)) << "car and dog";
  EXPECT_NE(groups.of(0), groups.of(1)) << "person and car";
  EXPECT_NE(groups.of(4), groups.of(0)) << "what no group names stands alone";
}

TEST(ClassGroups, AnswersForAnyId) {
  const ClassGroups groups{{"car", "truck"}, coco_group_names()};
  EXPECT_EQ(groups.of(7), 7);
  EXPECT_EQ(groups.of(-1), -1);
  EXPECT_EQ(ClassGroups{}.of(3), 3);
}

TEST(ClassGroups, TheFirstGroupOfAClassHolds) {
  const ClassGroups groups{{"a", "b", "c"}, {{"a", "b"}, {"b", "c"}}};
  EXPECT_EQ(groups.of(0), groups.of(1));
  EXPECT_NE(groups.of(1), groups.of(2));
}

}  // namespace
}  // namespace sentinel::vision
