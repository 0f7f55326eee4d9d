// What a model calls by the wrong name, known and stated as data. COCO's pictures show hardly a car from
// above, and phones lying on tables: the whole YOLO family calls a car below a high camera a cell phone, with
// a score of 0.9. What covers a good part of a surveillance picture is no phone.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "domain/track.hpp"

namespace sentinel::vision {

// Detections of class `from` that cover at least `area_min` (0..1) of the frame are of class `to`.
struct ClassAlias {
  std::string from;
  std::string to;
  float area_min = 0;
};

const std::vector<ClassAlias>& coco_aliases();

class ClassAliases {
 public:
  ClassAliases() = default;
  // `class_names` is indexed by class id; aliases of names that the model does not have are ignored.
  ClassAliases(const std::vector<std::string>& class_names, const std::vector<ClassAlias>& aliases);

  void apply(std::span<domain::Detection> detections, int frame_width, int frame_height) const;

 private:
  struct Rule {
    int from;
    int to;
    float area_min;
  };
  std::vector<Rule> rules_;
};

}  // namespace sentinel::vision
