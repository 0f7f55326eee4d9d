#include "vision/letterbox.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace sentinel::vision {
namespace {

constexpr int kTapBits = 7;
constexpr int kTapOne = 1 << kTapBits;
// Samples keep this many fraction bits until the colour conversion rounds them for good.
constexpr int kSampleBits = 4;
constexpr int kColorBits = 13;
constexpr int kSizeMax = 16384;  // so that sample positions fit a Tap

// R = luma * Y + red_v * V + red_bias and so on, in units of 2^-(kColorBits + kSampleBits).
struct ColorTable {
  std::int16_t luma;
  std::int16_t red_v;
  std::int16_t green_u;
  std::int16_t green_v;
  std::int16_t blue_u;
  std::int32_t red_bias;
  std::int32_t green_bias;
  std::int32_t blue_bias;
};

ColorTable make_color_table(domain::ColorMatrix matrix, domain::ColorRange range) {
  const bool bt601 = matrix == domain::ColorMatrix::kBt601;
  const double kr = bt601 ? 0.299 : 0.2126;
  const double kb = bt601 ? 0.114 : 0.0722;
  const double kg = 1 - kr - kb;
  const bool limited = range == domain::ColorRange::kLimited;
  const double luma_gain = limited ? 255.0 / 219 : 1.0;
  const double chroma_gain = limited ? 255.0 / 224 : 1.0;
  const int black = limited ? 16 : 0;
  const auto fixed = [](double value) {
    return static_cast<std::int16_t>(std::lround(value * (1 << kColorBits)));
  };
  ColorTable table{};
  table.luma = fixed(luma_gain);
  table.red_v = fixed(2 * (1 - kr) * chroma_gain);
  table.green_u = fixed(-2 * (1 - kb) * kb / kg * chroma_gain);
  table.green_v = fixed(-2 * (1 - kr) * kr / kg * chroma_gain);
  table.blue_u = fixed(2 * (1 - kb) * chroma_gain);
  constexpr int kSampleOne = 1 << kSampleBits;
  constexpr int kHalf = 1 << (kColorBits + kSampleBits - 1);
  const int black_bias = kHalf - black * kSampleOne * table.luma;
  constexpr int kGrey = 128 * kSampleOne;
  table.red_bias = black_bias - kGrey * table.red_v;
  table.green_bias = black_bias - kGrey * (table.green_u + table.green_v);
  table.blue_bias = black_bias - kGrey * table.blue_u;
  return table;
}

std::uint8_t to_byte(std::int32_t fixed) {
  return static_cast<std::uint8_t>(std::clamp(fixed >> (kColorBits + kSampleBits), 0, 255));
}

void convert_row(const ColorTable& table, int count, const std::int16_t* __restrict luma,
                 const std::int16_t* __restrict blue, const std::int16_t* __restrict red,
                 std::uint8_t* __restrict r, std::uint8_t* __restrict g, std::uint8_t* __restrict b) {
  for (int x = 0; x < count; ++x) {
    const std::int32_t y = luma[x] * table.luma;
    r[x] = to_byte(y + red[x] * table.red_v + table.red_bias);
    g[x] = to_byte(y + blue[x] * table.green_u + red[x] * table.green_v + table.green_bias);
    b[x] = to_byte(y + blue[x] * table.blue_u + table.blue_bias);
  }
}

void blend_rows(int count, const std::uint8_t* __restrict first, const std::uint8_t* __restrict second,
                int second_weight, std::uint16_t* __restrict out) {
  const auto w1 = static_cast<std::uint16_t>(second_weight);
  const auto w0 = static_cast<std::uint16_t>(kTapOne - second_weight);
  for (int x = 0; x < count; ++x) {
    out[x] = static_cast<std::uint16_t>(first[x] * w0 + second[x] * w1);
  }
}

const std::uint8_t* row_of(const domain::Frame& frame, int plane, int row) {
  const auto index = static_cast<std::size_t>(plane);
  return frame.planes[index] + static_cast<std::ptrdiff_t>(row) * frame.strides[index];
}

int plane_size(int frame_size, int plane) {
  return plane == 0 ? frame_size : (frame_size + 1) / 2;
}

}  // namespace

domain::Box Placement::to_frame(float center_x, float center_y, float box_width, float box_height) const {
  const auto frame_w = static_cast<float>(frame_width);
  const auto frame_h = static_cast<float>(frame_height);
  const float x = (center_x - static_cast<float>(left)) / scale;
  const float y = (center_y - static_cast<float>(top)) / scale;
  const float half_w = box_width / scale / 2;
  const float half_h = box_height / scale / 2;
  const float x0 = std::clamp(x - half_w, 0.F, frame_w);
  const float y0 = std::clamp(y - half_h, 0.F, frame_h);
  return {x0, y0, std::clamp(x + half_w, x0, std::max(x0, frame_w)) - x0,
          std::clamp(y + half_h, y0, std::max(y0, frame_h)) - y0};
}

Placement place_in_picture(int frame_width, int frame_height, int picture_width, int picture_height) {
  Placement place;
  const double scale = std::min(static_cast<double>(picture_width) / frame_width,
                                static_cast<double>(picture_height) / frame_height);
  const auto fitted = [scale](int size, int size_max) {
    return std::clamp(static_cast<int>(std::lround(size * scale)), 1, size_max);
  };
  place.scale = static_cast<float>(scale);
  place.width = fitted(frame_width, picture_width);
  place.height = fitted(frame_height, picture_height);
  place.left = (picture_width - place.width) / 2;
  place.top = (picture_height - place.height) / 2;
  place.frame_width = frame_width;
  place.frame_height = frame_height;
  return place;
}

Letterbox::Letterbox(int picture_width, int picture_height)
    : picture_width_{picture_width}, picture_height_{picture_height} {
  const auto width = static_cast<std::size_t>(picture_width);
  luma_.resize(width);
  blue_.resize(width);
  red_.resize(width);
}

void Letterbox::prepare(const domain::Frame& frame) {
  if (frame.width == placement_.frame_width && frame.height == placement_.frame_height) return;
  placement_ = place_in_picture(frame.width, frame.height, picture_width_, picture_height_);
  // Output sample i lies at (i + 1/2) * frame_size / out_size - 1/2 of the luma; chroma samples lie in the
  // middle of their four luma samples.
  const auto make_taps = [](int out_size, int frame_size, int plane) {
    std::vector<Tap> taps(static_cast<std::size_t>(out_size));
    const int source_size = plane_size(frame_size, plane);
    const double step = static_cast<double>(frame_size) / out_size / (plane == 0 ? 1 : 2);
    for (int i = 0; i < out_size; ++i) {
      const double at = std::clamp((i + 0.5) * step - 0.5, 0.0, source_size - 1.0);
      const int fixed = static_cast<int>(std::lround(at * kTapOne));
      taps[static_cast<std::size_t>(i)] = {static_cast<std::uint16_t>(fixed >> kTapBits),
                                           static_cast<std::uint16_t>(fixed & (kTapOne - 1))};
    }
    return taps;
  };
  luma_columns_ = make_taps(placement_.width, frame.width, 0);
  luma_rows_ = make_taps(placement_.height, frame.height, 0);
  chroma_columns_ = make_taps(placement_.width, frame.width, 1);
  chroma_rows_ = make_taps(placement_.height, frame.height, 1);
  blended_.assign(static_cast<std::size_t>(frame.width) + 1, 0);
}

void Letterbox::sample_row(const domain::Frame& frame, int plane, int row, std::int16_t* out) {
  const Tap tap = (plane == 0 ? luma_rows_ : chroma_rows_)[static_cast<std::size_t>(row)];
  const int width = plane_size(frame.width, plane);
  const int below = std::min<int>(tap.first + 1, plane_size(frame.height, plane) - 1);
  blend_rows(width, row_of(frame, plane, tap.first), row_of(frame, plane, below), tap.second_weight,
             blended_.data());
  const std::vector<Tap>& columns = plane == 0 ? luma_columns_ : chroma_columns_;
  // The pair's second sample may be one past the plane; its weight is 0 then.
  constexpr int kShift = 2 * kTapBits - kSampleBits;
  const std::uint16_t* source = blended_.data();
  for (std::size_t x = 0; x < columns.size(); ++x) {
    const Tap column = columns[x];
    const int first = source[column.first];
    const int second = source[column.first + 1];
    const int sum = (first << kTapBits) + (second - first) * column.second_weight;
    out[x] = static_cast<std::int16_t>((sum + (1 << (kShift - 1))) >> kShift);
  }
}

void Letterbox::pad(std::span<std::uint8_t> picture) const {
  const auto pitch = static_cast<std::size_t>(picture_width_);
  const auto left = static_cast<std::size_t>(placement_.left);
  const std::size_t right = left + static_cast<std::size_t>(placement_.width);
  for (std::size_t plane = 0; plane < 3; ++plane) {
    for (int y = 0; y < picture_height_; ++y) {
      std::uint8_t* row = picture.data() + plane * plane_bytes() + static_cast<std::size_t>(y) * pitch;
      const bool inside = y >= placement_.top && y < placement_.top + placement_.height;
      std::memset(row, kLetterboxPadding, inside ? left : pitch);
      if (inside) std::memset(row + right, kLetterboxPadding, pitch - right);
    }
  }
}

Placement Letterbox::draw(const domain::Frame& frame, std::span<std::uint8_t> picture) {
  if (picture.size() != picture_bytes()) throw std::invalid_argument("the picture has another size");
  if (frame.width < 1 || frame.height < 1 || frame.width > kSizeMax || frame.height > kSizeMax) {
    throw std::invalid_argument("the frame's size is out of bounds");
  }
  if (!frame.planes[0] || !frame.planes[1] || !frame.planes[2]) {
    throw std::invalid_argument("the frame lacks a plane");
  }
  prepare(frame);
  pad(picture);
  const ColorTable table = make_color_table(frame.matrix, frame.range);
  const auto left = static_cast<std::size_t>(placement_.left);
  for (int row = 0; row < placement_.height; ++row) {
    sample_row(frame, 0, row, luma_.data());
    sample_row(frame, 1, row, blue_.data());
    sample_row(frame, 2, row, red_.data());
    const auto y = static_cast<std::size_t>(placement_.top + row);
    std::uint8_t* out = picture.data() + y * static_cast<std::size_t>(picture_width_) + left;
    convert_row(table, placement_.width, luma_.data(), blue_.data(), red_.data(), out, out + plane_bytes(),
                out + 2 * plane_bytes());
  }
  return placement_;
}

}  // namespace sentinel::vision
