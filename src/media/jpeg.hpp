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
  std::string label;  // ASCII is drawn, other characters as '?'
  Rgb color;
};

// Encodes the frame as baseline 4:2:0 JPEG of `quality` 1..100, scaled down to at most `width_max` pixels
// wide (0: as it is). Overlays are drawn into a copy. Reentrant; an encoder is kept per thread.
Result<std::vector<std::uint8_t>> encode_jpeg(const domain::Frame& frame,
                                              const std::vector<Overlay>& overlays, int quality,
                                              int width_max);

}  // namespace sentinel::media
