// Objects in a picture, behind an interface: OpenVINO here, others later, scripts in tests.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "domain/frame.hpp"
#include "domain/track.hpp"

namespace sentinel::vision {

struct ModelInfo {
  std::string file;
  std::string sha256;
  int input_width = 0;
  int input_height = 0;
  std::string head;                      // "[1, 4+classes, N]"
  std::vector<std::string> class_names;  // indexed by Detection::class_id
  std::string device;
  std::string license;  // of the weights, as the file states it; empty when it does not
};

// One compiled model that serves all cameras. slots() calls of infer() may run at once, each on a slot of its
// own; a slot is used by one thread at a time.
class Detector {
 public:
  virtual ~Detector() = default;
  virtual const ModelInfo& info() const = 0;
  virtual std::size_t slots() const = 0;
  // Boxes in pixels of the frame, overlaps suppressed, best score first. Throws std::runtime_error when the
  // device fails and std::invalid_argument when the frame has no size or lacks a plane.
  virtual std::vector<domain::Detection> infer(std::size_t slot, const domain::Frame& frame) = 0;
};

}  // namespace sentinel::vision
