#include "vision/yolo_head.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace sentinel::vision {
namespace {

// NaN scores are never taken over: the comparison is false.
void raise_to(const float* __restrict scores, std::size_t count, float* __restrict best) {
  for (std::size_t i = 0; i < count; ++i) best[i] = scores[i] > best[i] ? scores[i] : best[i];
}

}  // namespace

YoloHead::YoloHead(HeadShape shape) : shape_{shape}, best_(shape.candidates) {}

void YoloHead::decode(std::span<const float> output, float score_min, const Placement& placement,
                      std::vector<domain::Detection>& found) {
  if (output.size() != shape_.values()) throw std::invalid_argument("the head's output has another size");
  found.clear();
  const std::size_t count = shape_.candidates;
  const float* const scores = output.data() + 4 * count;
  // Row by row, so that the pass over all classes reads memory in order; columns are looked at only where it
  // pays.
  std::fill(best_.begin(), best_.end(), -1.F);
  for (std::size_t c = 0; c < shape_.classes; ++c) raise_to(scores + c * count, count, best_.data());
  for (std::size_t i = 0; i < count; ++i) {
    if (!(best_[i] >= score_min)) continue;
    const float x = output[i];
    const float y = output[count + i];
    const float width = output[2 * count + i];
    const float height = output[3 * count + i];
    if (!std::isfinite(x) || !std::isfinite(y) || !std::isfinite(width) || !std::isfinite(height)) continue;
    const domain::Box box = placement.to_frame(x, y, width, height);
    if (!(box.area() > 0)) continue;
    int class_id = 0;
    while (scores[static_cast<std::size_t>(class_id) * count + i] != best_[i]) ++class_id;
    found.push_back({box, class_id, std::min(best_[i], 1.F)});
  }
}

}  // namespace sentinel::vision
