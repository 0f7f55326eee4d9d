#include "media/draw.hpp"

#include <algorithm>
#include <cmath>

#include "media/font.hpp"

namespace sentinel::media {
namespace {

constexpr std::size_t kLabelBytesMax = 200;

struct YuvColor {
  std::uint8_t luma, cb, cr;
};

std::uint8_t to_byte(double value) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

double luma_of(Rgb color) {
  return 0.299 * color.red + 0.587 * color.green + 0.114 * color.blue;
}

// As JFIF has it.
YuvColor to_yuv(Rgb color) {
  const double luma = luma_of(color);
  return {to_byte(luma), to_byte(128 + (color.blue - luma) / 1.772),
          to_byte(128 + (color.red - luma) / 1.402)};
}

bool continues_a_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

int to_pixel(double value, int limit) {
  if (std::isnan(value)) return 0;
  return static_cast<int>(std::lround(std::clamp(value, -1.0 * limit, 2.0 * limit)));
}

void draw_glyph(YuvImage& image, int left, int top, int scale, const Glyph& glyph, Rgb color) {
  for (int y = 0; y < kGlyphHeight; ++y) {
    for (int x = 0; x < kGlyphWidth; ++x) {
      if (((glyph[static_cast<std::size_t>(y)] >> (kGlyphWidth - 1 - x)) & 1) == 0) continue;
      const int at_x = left + x * scale;
      const int at_y = top + y * scale;
      fill_rect(image, {at_x, at_y, at_x + scale, at_y + scale}, color);
    }
  }
}

void draw_label(YuvImage& image, const PixelRect& box, int scale, std::string_view text, Rgb ground) {
  const int padding = scale;
  const int height = kGlyphHeight * scale + 2 * padding;
  const int width = drawn_length(text) * kGlyphAdvance * scale + 2 * padding;
  const int left = std::max(0, std::min(box.left, image.width() - width));
  const int top = box.top >= height ? box.top - height : std::max(0, box.top);
  fill_rect(image, {left, top, left + width, top + height}, ground);
  const Rgb ink = luma_of(ground) > 140 ? Rgb{0, 0, 0} : Rgb{255, 255, 255};
  draw_text(image, left + padding, top + padding, scale, text, ink);
}

}  // namespace

void fill_rect(YuvImage& image, const PixelRect& rect, Rgb color) {
  const int left = std::clamp(rect.left, 0, image.width());
  const int right = std::clamp(rect.right, left, image.width());
  const int top = std::clamp(rect.top, 0, image.height());
  const int bottom = std::clamp(rect.bottom, top, image.height());
  if (left == right || top == bottom) return;
  const YuvColor fill = to_yuv(color);
  for (int y = top; y < bottom; ++y) std::fill(image.row(0, y) + left, image.row(0, y) + right, fill.luma);
  for (int y = top / 2; y < (bottom + 1) / 2; ++y) {
    std::fill(image.row(1, y) + left / 2, image.row(1, y) + (right + 1) / 2, fill.cb);
    std::fill(image.row(2, y) + left / 2, image.row(2, y) + (right + 1) / 2, fill.cr);
  }
}

int drawn_length(std::string_view text) {
  return static_cast<int>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_a_character(c); }));
}

void draw_text(YuvImage& image, int left, int top, int scale, std::string_view text, Rgb color) {
  for (const char c : text) {
    if (continues_a_character(c)) continue;
    draw_glyph(image, left, top, scale, glyph_of(c), color);
    left += kGlyphAdvance * scale;
    if (left >= image.width()) return;
  }
}

void draw_overlay(YuvImage& image, const Overlay& overlay, double zoom) {
  const int scale = std::max(1, (image.width() + 320) / 640);
  const int line = scale + 1;
  const PixelRect box{to_pixel(overlay.box.x * zoom, image.width()),
                      to_pixel(overlay.box.y * zoom, image.height()),
                      to_pixel(overlay.box.right() * zoom, image.width()),
                      to_pixel(overlay.box.bottom() * zoom, image.height())};
  if (box.right <= box.left || box.bottom <= box.top) return;
  fill_rect(image, {box.left, box.top, box.right, box.top + line}, overlay.color);
  fill_rect(image, {box.left, box.bottom - line, box.right, box.bottom}, overlay.color);
  fill_rect(image, {box.left, box.top, box.left + line, box.bottom}, overlay.color);
  fill_rect(image, {box.right - line, box.top, box.right, box.bottom}, overlay.color);
  if (!overlay.label.empty()) {
    const std::string_view label{overlay.label};
    draw_label(image, box, scale, label.substr(0, kLabelBytesMax), overlay.color);
  }
}

}  // namespace sentinel::media
