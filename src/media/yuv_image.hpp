// A picture of our own to draw on: planar 4:2:0 in the colours of JPEG.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "domain/frame.hpp"

namespace sentinel::media {

// BT.601 in full range, as JFIF defines JPEG files. Planes are padded to even luma sides by repeating the
// last column and row; plane 0 is stride(0) x rows(0) bytes, planes 1 and 2 are half of it in both
// directions.
class YuvImage {
 public:
  YuvImage(int width, int height);

  int width() const { return width_; }
  int height() const { return height_; }
  int stride(int plane) const { return plane == 0 ? (width_ + 1) / 2 * 2 : (width_ + 1) / 2; }
  int rows(int plane) const { return plane == 0 ? (height_ + 1) / 2 * 2 : (height_ + 1) / 2; }
  std::uint8_t* row(int plane, int y) { return plane_data(plane) + std::ptrdiff_t{y} * stride(plane); }
  const std::uint8_t* row(int plane, int y) const {
    return const_cast<YuvImage*>(this)->plane_data(plane) + std::ptrdiff_t{y} * stride(plane);
  }

 private:
  std::uint8_t* plane_data(int plane) { return planes_[static_cast<std::size_t>(plane)].data(); }

  int width_;
  int height_;
  std::array<std::vector<std::uint8_t>, 3> planes_;
};

// The frame, scaled down to at most `width_max` pixels wide (0: as it is) in its proportions, by averaging
// areas; its colours converted from whatever matrix and range it has. The frame must have pixels.
YuvImage to_jpeg_colors(const domain::Frame& frame, int width_max);

}  // namespace sentinel::media
