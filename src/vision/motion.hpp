// The motion gate: does anything move in this picture? It spares the detector the frames in which nothing
// does, so it must open for whatever the detector could find, and may open for nothing at times: that costs
// one inference.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "domain/box.hpp"
#include "domain/frame.hpp"

namespace sentinel::vision {

struct MotionConfig {
  int rows = 90;             // square cells, so many from top to bottom: 8 pixels each at 720 lines
  float difference_min = 6;  // a cell has moved when its mean luma is this far (of 255) from the background …
  float noise_gain = 5;      // … and this many deviations of its own noise …
  float difference_max = 20;  // … of which this much is enough, however restless the cell has been
  int cells_min = 3;          // moved cells with a moved neighbour that open the gate; a person of 3 % of the
                              // picture's height covers about as many
  float scene_share = 0.6F;   // a picture that moved as a whole: the camera was turned, a light went on
  float known_margin = 0.15F;  // a known box reaches this share of its size further on each side
  // Time constants. The background follows within a second, so that the place where something stood is quiet
  // soon after it left; what walks slowly is still far from where it was a second ago.
  StreamTime background_time{800'000};
  StreamTime noise_time{15'000'000};
  StreamTime settle{1'000'000};  // so long everything counts as moving after a start or a change of scene
  StreamTime linger{500'000};    // so long the gate stays open after the latest motion
};

struct MotionResult {
  bool moving = false;    // something moves that is not known: infer this frame
  bool stirring = false;  // only known things move in their places: an inference now and then is enough
  float area = 0;         // share of the cells that moved, 0..1
};

// One camera's background, kept as the mean luma of each cell, with a running estimate of each cell's noise,
// and the picture's overall brightness followed apart: a cloud moves nothing. Used by one thread. A change of
// the frame's size and a step back in time start it anew. Allocates only then.
class MotionGate {
 public:
  explicit MotionGate(const MotionConfig& config) : config_{config} {}

  // `known` are boxes, in pixels of the frame, of things that are tracked and stand or sit still: what stirs
  // within is told apart. Frames are at least 2x2; throws std::invalid_argument otherwise.
  MotionResult step(const domain::Frame& frame, std::span<const domain::Box> known = {});

 private:
  void restart(const domain::Frame& frame);
  void reduce(const domain::Frame& frame);
  void follow_brightness();
  void compare();
  void mark_known(std::span<const domain::Box> known);
  int count_clustered(std::uint8_t wanted) const;
  void learn(StreamTime passed);

  std::size_t index(int column, int row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(column);
  }

  MotionConfig config_;
  int frame_width_ = 0;
  int frame_height_ = 0;
  int cell_ = 0;  // pixels a side
  int columns_ = 0;
  int rows_ = 0;
  std::uint32_t frames_ = 0;  // since the background was started
  StreamTime now_{0};
  StreamTime settled_at_{0};
  StreamTime open_until_{0};
  StreamTime stirs_until_{0};
  std::vector<std::uint16_t> column_sums_;  // of one row of cells, a pixel each
  std::vector<float> sample_;
  std::vector<float> background_;
  std::vector<float> noise_;         // running mean of the difference from the background
  std::vector<std::uint8_t> moved_;  // kMoved, kMovedKnown or 0
  std::vector<float> ratios_;        // scratch of follow_brightness()
};

}  // namespace sentinel::vision
