// A small bitmap font, drawn for Sentinel: printable ASCII in cells of 6 x 8 pixels.
#pragma once

#include <array>
#include <cstdint>

namespace sentinel::media {

inline constexpr int kGlyphWidth = 5;
inline constexpr int kGlyphHeight = 8;
inline constexpr int kGlyphAdvance = 6;

// Rows from the top; of each row the lowest five bits, the leftmost pixel highest. Row 7 is for descenders.
using Glyph = std::array<std::uint8_t, kGlyphHeight>;

// That of '?' for what is not printable ASCII.
const Glyph& glyph_of(char c);

}  // namespace sentinel::media
