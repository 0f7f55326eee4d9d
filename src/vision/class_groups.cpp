#include "vision/class_groups.hpp"

#include <algorithm>

namespace sentinel::vision {

const ClassGroupNames& coco_group_names() {
  static const ClassGroupNames groups{
      {"car", "truck", "bus", "motorcycle", "bicycle", "train"},
      {"bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"},
      {"backpack", "handbag", "suitcase"},
  };
  return groups;
}

ClassGroups::ClassGroups(const std::vector<std::string>& class_names, const ClassGroupNames& groups) {
  const auto group_of = [&groups](const std::string& name) {
    return std::find_if(groups.begin(), groups.end(), [&name](const std::vector<std::string>& group) {
      return std::find(group.begin(), group.end(), name) != group.end();
    });
  };
  for (std::size_t i = 0; i < class_names.size(); ++i) {
    int leader = static_cast<int>(i);
    const auto group = group_of(class_names[i]);
    for (std::size_t j = 0; group != groups.end() && j < i; ++j) {
      if (group_of(class_names[j]) == group) {
        leader = static_cast<int>(j);
        break;
      }
    }
    leader_.push_back(leader);
  }
}

}  // namespace sentinel::vision
