// Frames made by tests: plain areas, rectangles and sensor noise.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "domain/frame.hpp"

namespace sentinel::fakes {

// Owns the planes of the frames it hands out: it must outlive them.
class SyntheticFrame {
 public:
  // Rows are `stride_extra` bytes longer than the picture is wide.
  SyntheticFrame(int width, int height, int stride_extra = 0)
      : width_{width},
        height_{height},
        stride_{width + stride_extra},
        chroma_stride_{(width + 1) / 2 + stride_extra},
        luma_(bytes(stride_, height)),
        blue_(bytes(chroma_stride_, (height + 1) / 2)),
        red_(blue_.size()) {}

  int width() const { return width_; }
  int height() const { return height_; }
  std::uint8_t luma(int x, int y) const { return luma_[bytes(stride_, y) + static_cast<std::size_t>(x)]; }
  void set_luma(int x, int y, std::uint8_t value) {
    luma_[bytes(stride_, y) + static_cast<std::size_t>(x)] = value;
  }

  // Sets one luma sample and the chroma that it shares with its neighbours.
  void set_pixel(int x, int y, std::uint8_t luma, std::uint8_t blue, std::uint8_t red) {
    set_luma(x, y, luma);
    const std::size_t at = bytes(chroma_stride_, y / 2) + static_cast<std::size_t>(x / 2);
    blue_[at] = blue;
    red_[at] = red;
  }

  void fill(std::uint8_t y, std::uint8_t u, std::uint8_t v) {
    std::fill(luma_.begin(), luma_.end(), y);
    std::fill(blue_.begin(), blue_.end(), u);
    std::fill(red_.begin(), red_.end(), v);
  }

  // Paints the part of the rectangle that lies inside.
  void paint(int left, int top, int width, int height, std::uint8_t value) {
    for (int y = std::max(top, 0); y < std::min(top + height, height_); ++y) {
      for (int x = std::max(left, 0); x < std::min(left + width, width_); ++x) set_luma(x, y, value);
    }
  }

  // Replaces each luma sample v by gain * v + offset + noise of that standard deviation.
  void expose(double gain, double offset, double noise, std::mt19937& random) {
    std::normal_distribution<double> distribution{0, noise > 0 ? noise : 1};
    std::array<double, 4096>
        values{};  // drawn from again and again: a normal number a pixel would take seconds
    if (noise > 0) std::generate(values.begin(), values.end(), [&] { return distribution(random); });
    for (std::uint8_t& value : luma_) {
      const double exposed = gain * value + offset + values[random() % values.size()];
      value = static_cast<std::uint8_t>(std::clamp(std::lround(exposed), 0L, 255L));
    }
  }

  domain::Frame frame(StreamTime time = StreamTime{0}) const {
    domain::Frame out;
    out.camera_id = "test";
    out.stream_time = time;
    out.width = width_;
    out.height = height_;
    out.planes = {luma_.data(), blue_.data(), red_.data()};
    out.strides = {stride_, chroma_stride_, chroma_stride_};
    return out;
  }

 private:
  static std::size_t bytes(int stride, int rows) {
    return static_cast<std::size_t>(stride) * static_cast<std::size_t>(rows);
  }

  int width_;
  int height_;
  int stride_;
  int chroma_stride_;
  std::vector<std::uint8_t> luma_, blue_, red_;
};

}  // namespace sentinel::fakes
