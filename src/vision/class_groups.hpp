// Which of a model's classes may stand for the same thing. Detectors waver between car, truck and bus on one
// vehicle; to suppress double boxes and to keep one track on it, such classes count as one group.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sentinel::vision {

// Each inner list names the classes of one group.
using ClassGroupNames = std::vector<std::vector<std::string>>;

// Vehicles, animals and luggage of the COCO classes; every other class stands alone.
const ClassGroupNames& coco_group_names();

class ClassGroups {
 public:
  // Every class stands alone.
  ClassGroups() = default;
  // `class_names` is indexed by class id. Names that the model does not have are ignored; a class that is
  // named in two groups belongs to the first.
  ClassGroups(const std::vector<std::string>& class_names, const ClassGroupNames& groups);

  // The least class id of its group. Any id may be asked for, also one that the model does not have.
  int of(int class_id) const {
    const auto index = static_cast<std::size_t>(class_id);
    return class_id >= 0 && index < leader_.size() ? leader_[index] : class_id;
  }

 private:
  std::vector<int> leader_;
};

}  // namespace sentinel::vision
