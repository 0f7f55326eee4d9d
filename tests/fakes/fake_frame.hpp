// Small grey frames with a bright square that walks, and sources that show them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "tests/fakes/frames.hpp"
#include "tests/fakes/script_source.hpp"

namespace sentinel::fakes {

constexpr int kSquareSide = 24;
constexpr int kSquareTop = 32;

// 160 x 96 with a bright square whose left edge is at `x`; -1: none.
inline FrameSpec square_at(int x) {
  FrameSpec spec;
  spec.width = 160;
  spec.height = 96;
  spec.luma = 60;
  if (x < 0) return spec;
  spec.paint = [x](int plane, int at_x, int at_y) {
    if (plane != 0) return std::uint8_t{128};
    const bool inside =
        at_x >= x && at_x < x + kSquareSide && at_y >= kSquareTop && at_y < kSquareTop + kSquareSide;
    return inside ? std::uint8_t{220} : std::uint8_t{60};
  };
  return spec;
}

// `count` frames at 10 a second; the square of frame n is at `x(n)`.
inline SourceScript walk(int count, const std::function<int(int)>& x = [](int) { return -1; }) {
  SourceScript script;
  for (int n = 0; n < count; ++n) script.picture(square_at(x(n)));
  return script;
}

// One frame with all that a test may want to set.
struct FakeFrame {
  std::string camera_id = "camera_1";
  std::uint64_t sequence = 0;
  StreamTime stream_time{0};
  UtcTime captured_at{std::chrono::seconds{1'700'000'000}};  // of stream time 0
  MonoTime received_at{};
  FrameSpec spec = square_at(-1);
};

inline domain::FramePtr fake_frame(const FakeFrame& from) {
  auto frame = std::make_shared<domain::Frame>(make_frame(from.spec));
  frame->camera_id = from.camera_id;
  frame->sequence = from.sequence;
  frame->stream_time = from.stream_time;
  frame->captured_at = from.captured_at + from.stream_time;
  frame->received_at = from.received_at;
  return frame;
}

}  // namespace sentinel::fakes
