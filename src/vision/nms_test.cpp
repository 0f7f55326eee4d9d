#include "vision/nms.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sentinel::vision {
namespace {

using Detections = std::vector<domain::Detection>;

// Boxes 10 wide and 20 high: beside each other by `x`, they overlap by (10 - x) / (10 + x).
domain::Detection at(float x, float score, int class_id = 0) {
  return {{x, 0, 10, 20}, class_id, score};
}

std::vector<float> kept_scores(Detections candidates, const SuppressionConfig& config = {},
                               const ClassGroups& groups = {}) {
  std::vector<float> scores;
  for (const auto& kept : suppress_overlaps(candidates, groups, config)) scores.push_back(kept.score);
  return scores;
}

TEST(SuppressOverlaps, Table) {
  struct Case {
    const char* name;
    Detections in;
    std::vector<float> kept;
  };
  const Case cases[] = {
      {"nothing", {}, {}},
      {"one", {at(0, 0.5F)}, {0.5F}},
      {"sorted by score", {at(0, 0.3F), at(50, 0.9F)}, {0.9F, 0.3F}},
      {"the better of two", {at(0, 0.6F), at(1, 0.7F)}, {0.7F}},
      {"a small overlap stays", {at(0, 0.6F), at(4, 0.7F)}, {0.7F, 0.6F}},
      {"of a chain both ends stay", {at(0, 0.5F), at(2, 0.9F), at(4, 0.4F), at(6, 0.3F)}, {0.9F, 0.3F}},
      {"another class stays", {at(0, 0.6F, 0), at(0, 0.7F, 1)}, {0.7F, 0.6F}},
      {"inside, small beside large", {{{0, 0, 100, 100}, 0, 0.9F}, at(5, 0.8F)}, {0.9F, 0.8F}},
  };
  for (const Case& c : cases) EXPECT_EQ(kept_scores(c.in), c.kept) << c.name;
}

TEST(SuppressOverlaps, OneThingOfTwoClassesOfAGroupIsOne) {
  const ClassGroups groups{{"person", "car", "truck"}, coco_group_names()};
  EXPECT_EQ(kept_scores({at(0, 0.6F, 1), at(0, 0.7F, 2), at(0, 0.5F, 0)}, {}, groups),
            (std::vector<float>{0.7F, 0.5F}));
}

TEST(SuppressOverlaps, DoesNotDependOnTheOrder) {
  std::mt19937 random{3};
  Detections candidates;
  for (int i = 0; i < 40; ++i) {
    candidates.push_back(at(static_cast<float>(random() % 60), static_cast<float>(random() % 4) / 4, i % 2));
  }
  const auto same = [](const Detections& a, const Detections& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& p, const auto& q) {
      return p.score == q.score && p.class_id == q.class_id && p.box.x == q.box.x;
    });
  };
  const Detections first = suppress_overlaps(candidates, {}, {});
  for (int round = 0; round < 20; ++round) {
    std::shuffle(candidates.begin(), candidates.end(), random);
    EXPECT_TRUE(same(first, suppress_overlaps(candidates, {}, {})));
  }
}

TEST(SuppressOverlaps, IsBounded) {
  Detections candidates;
  for (int i = 0; i < 100; ++i)
    candidates.push_back(at(static_cast<float>(i) * 20, static_cast<float>(i) / 100));
  EXPECT_EQ(kept_scores(candidates, {.kept_max = 3}), (std::vector<float>{0.99F, 0.98F, 0.97F}));
  EXPECT_EQ(kept_scores(candidates, {.candidates_max = 2}), (std::vector<float>{0.99F, 0.98F}));
}

}  // namespace
}  // namespace sentinel::vision
