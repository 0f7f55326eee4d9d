// Boxes and labels drawn into a picture. Everything outside it is cut off.
#pragma once

#include <string_view>

#include "media/jpeg.hpp"
#include "media/yuv_image.hpp"

namespace sentinel::media {

// Draws the box as a frame of lines, and its label on a ground of the same colour above it, or inside at its
// top where there is no room above. `zoom` is image width / frame width: the overlay's box is in pixels of
// the frame. Lines and letters grow with the width of the image, so that they read the same on a thumbnail
// and on 4K.
void draw_overlay(YuvImage& image, const Overlay& overlay, double zoom);

// Pixels of the image from `left` to `right` and `top` to `bottom`, the latter excluded.
struct PixelRect {
  int left = 0, top = 0, right = 0, bottom = 0;
};
void fill_rect(YuvImage& image, const PixelRect& rect, Rgb color);

// The text, each character once and what is not printable ASCII as one '?', its top left corner at that
// pixel.
void draw_text(YuvImage& image, int left, int top, int scale, std::string_view text, Rgb color);
// Characters that draw_text() draws for UTF-8 text.
int drawn_length(std::string_view text);

}  // namespace sentinel::media
