// What a detector saw, written down and played back: to try trackers and rules without the detector's time.
//
// The text: a line "# classes person|bicycle|…", then one line a detection,
// "frame,class,score,x,y,width,height": frame = 1 + Frame::sequence, class = index into the classes, pixels
// of the frame. Numbers are written so that they read back exactly; frames are in order. Other lines that
// begin with '#' and empty lines are skipped.
#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <ostream>
#include <vector>

#include "base/error.hpp"
#include "base/guarded.hpp"
#include "vision/detector.hpp"

namespace sentinel::pipeline {

// A detector that passes everything on to another and remembers its answers.
class DetectionRecorder final : public vision::Detector {
 public:
  explicit DetectionRecorder(vision::Detector& inner) : inner_{inner} {}

  const vision::ModelInfo& info() const override { return inner_.info(); }
  std::size_t slots() const override { return inner_.slots(); }
  std::vector<domain::Detection> infer(std::size_t slot, const domain::Frame& frame) override;

  // All answers so far. For after the run.
  void write(std::ostream& out) const;

 private:
  vision::Detector& inner_;
  Guarded<std::map<std::uint64_t, std::vector<domain::Detection>>> seen_;  // by Frame::sequence
};

// A detector that sees what was written down; nothing in frames that are not mentioned.
class RecordedDetector final : public vision::Detector {
 public:
  // kInvalid names the first line that is not as described above.
  static Result<RecordedDetector> read(std::istream& in);

  const vision::ModelInfo& info() const override { return info_; }
  std::size_t slots() const override { return 1; }
  std::vector<domain::Detection> infer(std::size_t slot, const domain::Frame& frame) override;

 private:
  RecordedDetector() = default;

  vision::ModelInfo info_;
  std::map<std::uint64_t, std::vector<domain::Detection>> seen_;
};

}  // namespace sentinel::pipeline
