#include "vision/yolo_head.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace sentinel::vision {
namespace {

// NaN scores are never taken over: the comparison is false.
void raise_to(const float* __restrict scores, std::size_t count, float* __restrict best) {
  for (std::size_t i = 0; i < count; ++i) best[i] = scores[i] > best[i] ? scores[i] : best[i];
}

}  // namespace

YoloHead::YoloHead(HeadShape shape, std::vector<int> wanted)
    : shape_{shape}, wanted_{std::move(wanted)}, best_(shape.candidates) {
  if (wanted_.empty()) {
    wanted_.resize(shape.classes);
    std::iota(wanted_.begin(), wanted_.end(), 0);
  }
  std::sort(wanted_.begin(), wanted_.end());
  if (!wanted_.empty() &&
      (wanted_.front() < 0 || static_cast<std::size_t>(wanted_.back()) >= shape.classes)) {
    throw std::invalid_argument("the model has no such class");
  }
}

void YoloHead::decode(std::span<const float> output, float score_min, const Placement& placement,
                      std::vector<domain::Detection>& found) {
  if (output.size() != shape_.values()) throw std::invalid_argument("the head's output has another size");
  found.clear();
  const std::size_t count = shape_.candidates;
  const auto scores_of = [&](int class_id) {
    return output.data() + (4 + static_cast<std::size_t>(class_id)) * count;
  };
  // Row by row, so that the pass over all classes reads memory in order; columns are looked at only where it
  // pays.
  std::fill(best_.begin(), best_.end(), -1.F);
  for (const int class_id : wanted_) raise_to(scores_of(class_id), count, best_.data());
  for (std::size_t i = 0; i < count; ++i) {
    if (!(best_[i] >= score_min)) continue;
    const float x = output[i];
    const float y = output[count + i];
    const float width = output[2 * count + i];
    const float height = output[3 * count + i];
    if (!std::isfinite(x) || !std::isfinite(y) || !std::isfinite(width) || !std::isfinite(height)) continue;
    const domain::Box box = placement.to_frame(x, y, width, height);
    if (!(box.area() > 0)) continue;
    const auto best_class = std::find_if(wanted_.begin(), wanted_.end(),
                                         [&](int class_id) { return scores_of(class_id)[i] == best_[i]; });
    found.push_back({box, *best_class, std::min(best_[i], 1.F)});
  }
}

}  // namespace sentinel::vision
