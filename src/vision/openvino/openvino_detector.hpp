// The detector on OpenVINO (docs.openvino.ai): CPU or GPU, YOLO models of version 8 and later.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "vision/class_aliases.hpp"
#include "vision/class_groups.hpp"
#include "vision/detector.hpp"

namespace sentinel::vision {

struct DetectorConfig {
  std::string model_path;  // .onnx, or .xml with its .bin beside it
  std::string sha256;      // of that file, by the caller; only passed on to ModelInfo
  std::string device =
      "CPU";               // CPU, GPU, a numbered one such as GPU.1, or AUTO: a GPU if there is one, else CPU
  float score_min = 0.1F;  // worse boxes are left out; the tracker wants them down to its own floor
  float iou_max = 0.6F;    // boxes of one class group that overlap more are one thing
  std::size_t slots = 0;   // inferences in flight, 1 to kSlotsMax; 0 = one per CPU core, at most 8
  std::vector<std::string> classes;  // to look for; none means all of the model's
  ClassGroupNames class_groups = coco_group_names();
  std::vector<ClassAlias> class_aliases = coco_aliases();
};

inline constexpr std::size_t kSlotsMax = 64;

// Reads, checks and compiles the model; takes about a second. Errors: kInvalid for a model file that cannot
// be used (see model_file.hpp), a device that this machine does not have (the message names those it has) and
// settings out of their bounds; kUnavailable when the device refuses the model.
Result<std::unique_ptr<Detector>> open_detector(const DetectorConfig& config);

// Whether the file is there and of a kind that open_detector() reads, without reading it. Errors as of
// open_detector().
Status check_model_file(const std::string& model_path);

// What is known of a model file without compiling it. Errors as of open_detector().
Result<ModelInfo> describe_model(const std::string& model_path, const std::string& sha256);

// The devices of this machine by OpenVINO's names, "CPU" among them.
std::vector<std::string> list_devices();

}  // namespace sentinel::vision
