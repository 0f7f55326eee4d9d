// JPEG from frames, with boxes drawn in when asked for. libjpeg-turbo is included in jpeg.cpp only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "domain/box.hpp"
#include "domain/frame.hpp"

namespace sentinel::media {

struct Rgb {
  std::uint8_t red = 0, green = 0, blue = 0;
};

struct Overlay {
  domain::Box box;    // pixels of the frame
  std::string label;  // at most 200 bytes are drawn; ASCII as it is, any other character as '?'
  Rgb color;
};

// Encodes the frame as baseline 4:2:0 JPEG of `quality` 1..100, scaled down to at most `width_max` pixels
// wide (0: as it is) in its proportions. Colours come out right: JPEG is BT.601 in full range, and frames of
// another matrix or range are converted. Overlays are drawn into a copy; the frame is never changed.
// Reentrant; an encoder is kept per thread. kInvalid: quality out of range, negative width or a frame without
// pixels. kInternal: the encoder failed.
Result<std::vector<std::uint8_t>> encode_jpeg(const domain::Frame& frame,
                                              const std::vector<Overlay>& overlays, int quality,
                                              int width_max);

}  // namespace sentinel::media
