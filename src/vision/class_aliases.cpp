#include "vision/class_aliases.hpp"

#include <algorithm>

namespace sentinel::vision {

const std::vector<ClassAlias>& coco_aliases() {
  static const std::vector<ClassAlias> aliases{{"cell phone", "car", 0.02F}};
  return aliases;
}

ClassAliases::ClassAliases(const std::vector<std::string>& class_names,
                           const std::vector<ClassAlias>& aliases) {
  for (const ClassAlias& alias : aliases) {
    const auto from = std::find(class_names.begin(), class_names.end(), alias.from);
    const auto to = std::find(class_names.begin(), class_names.end(), alias.to);
    if (from == class_names.end() || to == class_names.end()) continue;
    rules_.push_back({static_cast<int>(from - class_names.begin()),
                      static_cast<int>(to - class_names.begin()), alias.area_min});
  }
}

void ClassAliases::apply(std::span<domain::Detection> detections, int frame_width, int frame_height) const {
  const float frame_area = static_cast<float>(frame_width) * static_cast<float>(frame_height);
  for (domain::Detection& detection : detections) {
    for (const Rule& rule : rules_) {
      if (detection.class_id != rule.from || detection.box.area() < rule.area_min * frame_area) continue;
      detection.class_id = rule.to;
      break;
    }
  }
}

}  // namespace sentinel::vision
