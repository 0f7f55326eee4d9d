// A detector that sees what a function says.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "vision/detector.hpp"

namespace sentinel::fakes {

class ScriptedDetector final : public vision::Detector {
 public:
  // Called in the threads of the slots, at most one call a slot at once.
  using Script = std::function<std::vector<domain::Detection>(std::size_t slot, const domain::Frame& frame)>;

  explicit ScriptedDetector(Script script, std::size_t slots = 1,
                            std::vector<std::string> class_names = {"person", "chair", "car"})
      : script_{std::move(script)}, slots_{slots} {
    info_.class_names = std::move(class_names);
    info_.file = "script";
    info_.device = "CPU";
  }

  const vision::ModelInfo& info() const override { return info_; }
  std::size_t slots() const override { return slots_; }
  std::vector<domain::Detection> infer(std::size_t slot, const domain::Frame& frame) override {
    return script_(slot, frame);
  }

 private:
  Script script_;
  std::size_t slots_;
  vision::ModelInfo info_;
};

}  // namespace sentinel::fakes
