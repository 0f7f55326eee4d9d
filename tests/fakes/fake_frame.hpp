// Small grey frames with a bright square, made in memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "domain/frame.hpp"

namespace sentinel::fakes {

struct FakeFrame {
  std::string camera_id = "camera_1";
  std::uint64_t sequence = 0;
  StreamTime stream_time{0};
  UtcTime captured_at{std::chrono::seconds{1'700'000'000}};  // of stream time 0
  MonoTime received_at{};
  int width = 320;
  int height = 192;
  int square_x = -1;  // left edge of a square of 48 pixels; -1: none
};

inline domain::FramePtr make_frame(const FakeFrame& from) {
  const auto luma_size = static_cast<std::size_t>(from.width) * static_cast<std::size_t>(from.height);
  auto bytes = std::make_shared<std::vector<std::uint8_t>>(luma_size + luma_size / 2, std::uint8_t{128});
  std::fill_n(bytes->begin(), luma_size, std::uint8_t{60});
  if (from.square_x >= 0) {
    for (int y = 64; y < 112; ++y) {
      for (int x = from.square_x; x < std::min(from.square_x + 48, from.width); ++x) {
        (*bytes)[static_cast<std::size_t>(y * from.width + x)] = 220;
      }
    }
  }
  auto frame = std::make_shared<domain::Frame>();
  frame->camera_id = from.camera_id;
  frame->sequence = from.sequence;
  frame->stream_time = from.stream_time;
  frame->captured_at = from.captured_at + from.stream_time;
  frame->received_at = from.received_at;
  frame->width = from.width;
  frame->height = from.height;
  frame->planes = {bytes->data(), bytes->data() + luma_size, bytes->data() + luma_size + luma_size / 4};
  frame->strides = {from.width, from.width / 2, from.width / 2};
  frame->storage = std::move(bytes);
  return frame;
}

}  // namespace sentinel::fakes
