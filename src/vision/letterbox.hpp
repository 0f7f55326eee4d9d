// A frame fitted into the detector's picture: the aspect is kept, what is left over is padded, the colours
// become RGB. Integer arithmetic on plain arrays, so that the compiler vectorises it and the result is the
// same on every machine. The fit is that of Ultralytics' LetterBox (ultralytics/data/augment.py), which the
// weights were trained with: bilinear, centred, padding 114, small frames enlarged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "domain/box.hpp"
#include "domain/frame.hpp"

namespace sentinel::vision {

inline constexpr std::uint8_t kLetterboxPadding = 114;

// Where the frame lies in the picture, in picture pixels.
struct Placement {
  float scale = 1;  // picture pixels per frame pixel
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;
  int frame_width = 0;
  int frame_height = 0;

  // A box given by its centre and size in picture pixels, as pixels of the frame, cut at the frame's borders.
  // Its area is zero when it lies outside.
  domain::Box to_frame(float center_x, float center_y, float box_width, float box_height) const;
};

// Sizes are at least 1.
Placement place_in_picture(int frame_width, int frame_height, int picture_width, int picture_height);

// Fills pictures of one size from frames of any size. It keeps the tables of the latest frame size and one
// row of scratch, so it allocates only when the frame size changes. Used by one thread at a time.
class Letterbox {
 public:
  Letterbox(int picture_width, int picture_height);

  std::size_t picture_bytes() const { return plane_bytes() * 3; }

  // Writes the picture as planes R, G, B of picture_height rows of picture_width bytes each, padding
  // included. `picture` has picture_bytes() bytes; the frame has a size of at least 1x1 and all three planes.
  // Throws std::invalid_argument otherwise.
  Placement draw(const domain::Frame& frame, std::span<std::uint8_t> picture);

 private:
  // For each output column or row: the two source samples and how much the second one weighs.
  struct Tap {
    std::uint16_t first;
    std::uint16_t second_weight;  // of kTapOne
  };

  std::size_t plane_bytes() const {
    return static_cast<std::size_t>(picture_width_) * static_cast<std::size_t>(picture_height_);
  }
  void prepare(const domain::Frame& frame);
  void pad(std::span<std::uint8_t> picture) const;
  void sample_row(const domain::Frame& frame, int plane, int row, std::int16_t* out);

  int picture_width_;
  int picture_height_;
  Placement placement_;
  std::vector<Tap> luma_columns_, luma_rows_, chroma_columns_, chroma_rows_;
  std::vector<std::uint16_t>
      blended_;  // one source row, blended of two, one sample longer than the plane is wide
  std::vector<std::int16_t> luma_, blue_, red_;  // one output row
};

}  // namespace sentinel::vision
