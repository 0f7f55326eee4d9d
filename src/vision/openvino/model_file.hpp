// A detection model's file, read and checked before anything is compiled: what is wrong with it is said in
// words that tell how to get a right one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "vision/detector.hpp"
#include "vision/yolo_head.hpp"

namespace ov {
class Core;
class Model;
}  // namespace ov

namespace sentinel::vision {

struct ModelFile {
  std::shared_ptr<ov::Model> model;  // one input, f32 or f16 [1, 3, H, W]; one output [1, 4 + classes, N]
  HeadShape head;
  ModelInfo info;  // without sha256 and device
};

// Reads an .onnx file, or an OpenVINO IR by its .xml (the weights in the .bin beside it). Class names come
// from what Ultralytics' exporter writes (ONNX metadata `names`, the text of a Python dict) or from the IR's
// rt_info `model_info/labels` (names separated by spaces, spaces within one as underscores); without either
// they are "class_0" and so on. Errors: kInvalid for a file that is missing, unreadable or no such model. The
// message names the file, what was found and what is needed; the runtime's own words, which are many, go to
// the log at debug.
Result<ModelFile> read_model_file(ov::Core& core, const std::string& path);

// The values of a Python dict of integer keys in the order of the keys: "{0: 'person', 1: \"it's\"}". Empty
// when the text is none, or when its keys are not 0, 1, 2 and so on.
std::vector<std::string> parse_python_names(std::string_view text);

}  // namespace sentinel::vision
