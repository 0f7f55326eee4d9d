// The output of the YOLO family from version 8 on, exported without its own suppression
// (docs.ultralytics.com, "Export"): [1, 4 + classes, N] floats, row by row. Column i is one candidate: centre
// x, centre y, width, height in picture pixels, then a score per class with the sigmoid already applied.
// There is no objectness.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "domain/track.hpp"
#include "vision/letterbox.hpp"

namespace sentinel::vision {

struct HeadShape {
  std::size_t classes = 0;
  std::size_t candidates = 0;  // N

  std::size_t values() const { return (4 + classes) * candidates; }
};

// Reads such outputs. It keeps scratch of N floats, so that decode() allocates nothing once `found` has
// grown. Used by one thread at a time.
class YoloHead {
 public:
  // `wanted` are the ids of the classes to look for, each below shape.classes; none means all. The others'
  // scores are not read, so a candidate gets the best of the wanted classes.
  explicit YoloHead(HeadShape shape, std::vector<int> wanted = {});

  // Replaces `found` by the candidates whose best class scores at least `score_min`, in the order of the
  // columns, as boxes of the frame cut at its borders. What is not a finite number or has no area inside is
  // left out. `output` has shape.values() floats. Throws std::invalid_argument otherwise.
  void decode(std::span<const float> output, float score_min, const Placement& placement,
              std::vector<domain::Detection>& found);

 private:
  HeadShape shape_;
  std::vector<int> wanted_;  // ascending
  std::vector<float> best_;  // the best score of each candidate
};

}  // namespace sentinel::vision
