// Of several boxes on one thing, the best one stays.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "domain/track.hpp"
#include "vision/class_groups.hpp"

namespace sentinel::vision {

struct SuppressionConfig {
  float iou_max = 0.6F;               // boxes of one group that overlap more are one thing
  std::size_t candidates_max = 1000;  // the best of them are looked at: the work grows with their square
  std::size_t kept_max = 300;
};

// Greedy non-maximum suppression within each class group: a box stays when it overlaps no better box that
// stayed. The answer is sorted by score, best first, ties by class and place, so that it does not depend on
// the order of the input. `candidates` is reordered.
std::vector<domain::Detection> suppress_overlaps(std::span<domain::Detection> candidates,
                                                 const ClassGroups& groups, const SuppressionConfig& config);

}  // namespace sentinel::vision
