// One decoded picture. Immutable once made and fanned out by shared_ptr: the meeting point of media and
// vision.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "base/time.hpp"

namespace sentinel::domain {

// How the stored luma and chroma map to RGB (ITU-R BT.601 or BT.709; limited 16..235 or full 0..255 range).
enum class ColorMatrix { kBt601, kBt709 };
enum class ColorRange { kLimited, kFull };

// Planar 4:2:0: planes[0] is luma, width x height bytes; planes[1] and [2] are Cb and Cr, half of it rounded
// up in both directions. strides are bytes a row and may exceed the width.
struct Frame {
  std::string camera_id;
  std::uint64_t sequence = 0;  // counts decoded frames of one opening of the source, from 0
  StreamTime stream_time{0};   // from the stream's timestamps, 0 at its first frame
  UtcTime captured_at{};       // stream_time on the wall clock; see media/time_anchor.hpp
  MonoTime received_at{};      // when the decoder handed it over: for latency figures only
  int width = 0;
  int height = 0;
  ColorMatrix matrix = ColorMatrix::kBt601;
  ColorRange range = ColorRange::kLimited;
  std::array<const std::uint8_t*, 3> planes{};
  std::array<int, 3> strides{};
  std::shared_ptr<const void> storage;  // keeps the planes alive
};

using FramePtr = std::shared_ptr<const Frame>;

}  // namespace sentinel::domain
