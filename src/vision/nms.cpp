#include "vision/nms.hpp"

#include <algorithm>
#include <tuple>

namespace sentinel::vision {
namespace {

bool better(const domain::Detection& a, const domain::Detection& b) {
  const auto rank = [](const domain::Detection& d) {
    return std::tuple{-d.score, d.class_id, d.box.x, d.box.y, d.box.width, d.box.height};
  };
  return rank(a) < rank(b);
}

}  // namespace

std::vector<domain::Detection> suppress_overlaps(std::span<domain::Detection> candidates,
                                                 const ClassGroups& groups, const SuppressionConfig& config) {
  const std::size_t count = std::min(candidates.size(), config.candidates_max);
  const auto middle = candidates.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(candidates.begin(), middle, candidates.end(), better);
  std::vector<domain::Detection> kept;
  for (const domain::Detection& candidate : candidates.first(count)) {
    if (kept.size() >= config.kept_max) break;
    const int group = groups.of(candidate.class_id);
    const bool covered = std::any_of(kept.begin(), kept.end(), [&](const domain::Detection& other) {
      return groups.of(other.class_id) == group && domain::iou(other.box, candidate.box) > config.iou_max;
    });
    if (!covered) kept.push_back(candidate);
  }
  return kept;
}

}  // namespace sentinel::vision
