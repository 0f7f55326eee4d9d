// An encoder for tests that do not look at pictures.
#pragma once

#include <cstdint>
#include <vector>

#include "media/jpeg.hpp"

namespace sentinel::fakes {

inline Result<std::vector<std::uint8_t>> no_jpeg(const domain::Frame&, const std::vector<media::Overlay>&,
                                                 int, int) {
  return std::vector<std::uint8_t>{0xff, 0xd8, 0xff, 0xd9};
}

}  // namespace sentinel::fakes
