// Frames made by hand, for tests.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "domain/frame.hpp"

namespace sentinel::fakes {

struct FrameSpec {
  int width = 64;
  int height = 48;
  int padding = 0;  // bytes after each row of luma; half of it after each row of chroma
  domain::ColorMatrix matrix = domain::ColorMatrix::kBt601;
  domain::ColorRange range = domain::ColorRange::kLimited;
  std::uint8_t luma = 126, cb = 128, cr = 128;                 // all over, where `paint` is not given
  std::function<std::uint8_t(int plane, int x, int y)> paint;  // of a sample of a plane
};

inline domain::Frame make_frame(const FrameSpec& spec) {
  auto memory = std::make_shared<std::array<std::vector<std::uint8_t>, 3>>();
  domain::Frame frame;
  frame.camera_id = "camera_1";
  frame.width = spec.width;
  frame.height = spec.height;
  frame.matrix = spec.matrix;
  frame.range = spec.range;
  for (int plane = 0; plane < 3; ++plane) {
    const int width = plane == 0 ? spec.width : (spec.width + 1) / 2;
    const int height = plane == 0 ? spec.height : (spec.height + 1) / 2;
    const int stride = width + (plane == 0 ? spec.padding : spec.padding / 2);
    const auto i = static_cast<std::size_t>(plane);
    const std::uint8_t flat = plane == 0 ? spec.luma : plane == 1 ? spec.cb : spec.cr;
    auto& samples = (*memory)[i];
    samples.assign(static_cast<std::size_t>(stride) * static_cast<std::size_t>(height), flat);
    for (int y = 0; spec.paint && y < height; ++y) {
      for (int x = 0; x < width; ++x)
        samples[static_cast<std::size_t>(y * stride + x)] = spec.paint(plane, x, y);
    }
    frame.planes[i] = samples.data();
    frame.strides[i] = stride;
  }
  frame.storage = std::move(memory);
  return frame;
}

inline domain::FramePtr make_frame_at(const FrameSpec& spec, std::uint64_t sequence, StreamTime time) {
  domain::Frame frame = make_frame(spec);
  frame.sequence = sequence;
  frame.stream_time = time;
  frame.captured_at = UtcTime{std::chrono::seconds{1'700'000'000}} + time;
  frame.received_at = MonoTime{} + time;
  return std::make_shared<const domain::Frame>(std::move(frame));
}

}  // namespace sentinel::fakes
