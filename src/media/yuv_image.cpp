#include "media/yuv_image.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace sentinel::media {
namespace {

// Which samples of a row (or column) of the source fall on each sample of the target, and by how much: the
// target's sample i is the sum of weights[i * count + k] * source[first[i] + k]. Its weights sum up to
// kWeightSum. Some weights are 0 so that all samples have the same count; their positions may lie beyond the
// source.
constexpr int kWeightBits = 8;
constexpr int kWeightSum = 1 << kWeightBits;

struct Taps {
  std::size_t count = 0;
  std::vector<std::size_t> first;
  std::vector<int> weights;
};

Taps make_taps(int source, int target) {
  const double ratio = static_cast<double>(source) / target;
  Taps taps;
  taps.count = static_cast<std::size_t>(std::ceil(ratio)) + 1;
  taps.weights.resize(static_cast<std::size_t>(target) * taps.count);
  for (int i = 0; i < target; ++i) {
    const double from = i * ratio;
    const double to = std::min<double>(from + ratio, source);
    const int first = std::min(static_cast<int>(from), source - 1);
    int* weights = taps.weights.data() + static_cast<std::size_t>(i) * taps.count;
    int left = kWeightSum;
    int last = 0;
    for (int k = 0; first + k < to - 1e-9 && k < static_cast<int>(taps.count); ++k) {
      const double covered = std::min<double>(first + k + 1, to) - std::max<double>(first + k, from);
      weights[k] = std::min(left, static_cast<int>(std::lround(covered / ratio * kWeightSum)));
      left -= weights[k];
      last = k;
    }
    weights[last / 2] += left;  // what rounding lost
    taps.first.push_back(static_cast<std::size_t>(first));
  }
  return taps;
}

struct Plane {
  const std::uint8_t* data;
  int stride;
  int width;
  int height;
};

// Rows first, whole ones, which the compiler turns into vector code; then columns, of the fewer rows that are
// left.
void scale_plane(const Plane& source, YuvImage& target, int plane, int width, int height) {
  const Taps columns = make_taps(source.width, width);
  const Taps lines = make_taps(source.height, height);
  const auto source_width = static_cast<std::size_t>(source.width);
  std::vector<int> sums(source_width + columns.count);
  for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
    std::fill(sums.begin(), sums.end(), 0);
    for (std::size_t k = 0; k < lines.count; ++k) {
      const int weight = lines.weights[y * lines.count + k];
      if (weight == 0) continue;
      const std::uint8_t* row = source.data + static_cast<std::ptrdiff_t>(lines.first[y] + k) * source.stride;
      for (std::size_t x = 0; x < source_width; ++x) sums[x] += weight * row[x];
    }
    std::uint8_t* out = target.row(plane, static_cast<int>(y));
    const int* weights = columns.weights.data();
    for (std::size_t x = 0; x < static_cast<std::size_t>(width); ++x, weights += columns.count) {
      int sum = 1 << (2 * kWeightBits - 1);  // to round
      for (std::size_t k = 0; k < columns.count; ++k) sum += weights[k] * sums[columns.first[x] + k];
      out[x] = static_cast<std::uint8_t>(sum >> (2 * kWeightBits));
    }
  }
}

void copy_plane(const Plane& source, YuvImage& target, int plane) {
  for (int y = 0; y < source.height; ++y) {
    std::memcpy(target.row(plane, y), source.data + std::ptrdiff_t{y} * source.stride,
                static_cast<std::size_t>(source.width));
  }
}

// The padding of an odd size: what an encoder sees beside and below the picture.
void repeat_edges(YuvImage& image) {
  if (image.width() % 2 != 0) {
    for (int y = 0; y < image.height(); ++y)
      image.row(0, y)[image.width()] = image.row(0, y)[image.width() - 1];
  }
  if (image.height() % 2 != 0) {
    std::memcpy(image.row(0, image.height()), image.row(0, image.height() - 1),
                static_cast<std::size_t>(image.stride(0)));
  }
}

// luma' = scale * (luma - offset) + by_cb * cb + by_cr * cr and so on, with cb and cr around 0. In units of 1
// / kOne.
constexpr int kOneBits = 14;
constexpr double kOne = 1 << kOneBits;
struct ColorMap {
  int luma_offset = 0;
  int luma = 0, luma_by_cb = 0, luma_by_cr = 0;
  int cb_by_cb = 0, cb_by_cr = 0;
  int cr_by_cb = 0, cr_by_cr = 0;
};

struct LumaWeights {
  double red, blue;
  double green() const { return 1 - red - blue; }
};
constexpr LumaWeights kBt601{0.299, 0.114};    // ITU-R BT.601-7, 2.5.1
constexpr LumaWeights kBt709{0.2126, 0.0722};  // ITU-R BT.709-6, 3.2

int fixed(double value) {
  return static_cast<int>(std::lround(value * kOne));
}

// From YCbCr by `from` to R'G'B' to YCbCr by BT.601: luma is kept but for what the chroma changes.
ColorMap color_map(const LumaWeights& from, domain::ColorRange range) {
  const bool limited = range == domain::ColorRange::kLimited;
  const double luma_scale = limited ? 255.0 / 219 : 1;
  const double chroma_scale = limited ? 255.0 / 224 : 1;
  // R' - Y, B' - Y and G' - Y by Cb and Cr.
  const double red_cr = 2 * (1 - from.red);
  const double blue_cb = 2 * (1 - from.blue);
  const double green_cb = -blue_cb * from.blue / from.green();
  const double green_cr = -red_cr * from.red / from.green();
  const double luma_cb = kBt601.green() * green_cb + kBt601.blue * blue_cb;
  const double luma_cr = kBt601.green() * green_cr + kBt601.red * red_cr;
  const double cb_scale = 1 / (2 * (1 - kBt601.blue));
  const double cr_scale = 1 / (2 * (1 - kBt601.red));
  ColorMap map;
  map.luma_offset = limited ? 16 : 0;
  map.luma = fixed(luma_scale);
  map.luma_by_cb = fixed(luma_cb * chroma_scale);
  map.luma_by_cr = fixed(luma_cr * chroma_scale);
  map.cb_by_cb = fixed((blue_cb - luma_cb) * cb_scale * chroma_scale);
  map.cb_by_cr = fixed(-luma_cr * cb_scale * chroma_scale);
  map.cr_by_cb = fixed(-luma_cb * cr_scale * chroma_scale);
  map.cr_by_cr = fixed((red_cr - luma_cr) * cr_scale * chroma_scale);
  return map;
}

std::uint8_t clamp_fixed(int value) {
  return static_cast<std::uint8_t>(std::clamp((value + (1 << (kOneBits - 1))) >> kOneBits, 0, 255));
}

void convert_luma_row(std::uint8_t* luma, const std::vector<int>& shift, const ColorMap& map) {
  const int offset = map.luma_offset;
  const int scale = map.luma;
  for (std::size_t x = 0; x < shift.size(); ++x) {
    luma[2 * x] = clamp_fixed((luma[2 * x] - offset) * scale + shift[x]);
    luma[2 * x + 1] = clamp_fixed((luma[2 * x + 1] - offset) * scale + shift[x]);
  }
}

void convert(YuvImage& image, const ColorMap& map) {
  const int width = image.stride(1);
  std::vector<int> shift(static_cast<std::size_t>(width));
  for (int y = 0; y < image.rows(1); ++y) {
    std::uint8_t* cb_row = image.row(1, y);
    std::uint8_t* cr_row = image.row(2, y);
    for (int x = 0; x < width; ++x) {
      const int cb = cb_row[x] - 128;
      const int cr = cr_row[x] - 128;
      shift[static_cast<std::size_t>(x)] = map.luma_by_cb * cb + map.luma_by_cr * cr;
      cb_row[x] = clamp_fixed(map.cb_by_cb * cb + map.cb_by_cr * cr + (128 << kOneBits));
      cr_row[x] = clamp_fixed(map.cr_by_cb * cb + map.cr_by_cr * cr + (128 << kOneBits));
    }
    convert_luma_row(image.row(0, 2 * y), shift, map);
    convert_luma_row(image.row(0, 2 * y + 1), shift, map);
  }
}

}  // namespace

YuvImage::YuvImage(int width, int height) : width_{width}, height_{height} {
  for (int plane = 0; plane < 3; ++plane) {
    planes_[static_cast<std::size_t>(plane)].resize(static_cast<std::size_t>(stride(plane)) *
                                                    static_cast<std::size_t>(rows(plane)));
  }
}

YuvImage to_jpeg_colors(const domain::Frame& frame, int width_max) {
  const int width = width_max > 0 ? std::min(frame.width, width_max) : frame.width;
  const int height =
      std::max(1, static_cast<int>(std::lround(static_cast<double>(frame.height) * width / frame.width)));
  YuvImage image{width, height};
  for (int plane = 0; plane < 3; ++plane) {
    const auto i = static_cast<std::size_t>(plane);
    const int halved = plane == 0 ? 1 : 2;
    const Plane source{frame.planes[i], frame.strides[i], (frame.width + halved - 1) / halved,
                       (frame.height + halved - 1) / halved};
    if (width == frame.width) {
      copy_plane(source, image, plane);
    } else {
      scale_plane(source, image, plane, (width + halved - 1) / halved, (height + halved - 1) / halved);
    }
  }
  repeat_edges(image);
  const bool same = frame.matrix == domain::ColorMatrix::kBt601 && frame.range == domain::ColorRange::kFull;
  if (!same)
    convert(image, color_map(frame.matrix == domain::ColorMatrix::kBt709 ? kBt709 : kBt601, frame.range));
  return image;
}

}  // namespace sentinel::media
