#include "vision/letterbox.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <stdexcept>

#include "tests/fakes/synthetic_frame.hpp"

namespace sentinel::vision {
namespace {

using domain::ColorMatrix;
using domain::ColorRange;
using fakes::SyntheticFrame;

struct Rgb {
  int r, g, b;
};

Rgb pixel(const std::vector<std::uint8_t>& picture, int width, int height, int x, int y) {
  const auto plane = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  const auto at = static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
  return {picture[at], picture[at + plane], picture[at + 2 * plane]};
}

TEST(Placement, KeepsTheAspectAndCentres) {
  struct Case {
    int frame_w, frame_h, left, top, width, height;
  };
  for (const Case& c :
       {Case{1280, 720, 0, 12, 640, 360}, Case{768, 576, 64, 0, 512, 384}, Case{360, 640, 212, 0, 216, 384},
        Case{320, 240, 64, 0, 512, 384}, Case{640, 384, 0, 0, 640, 384}, Case{10000, 1, 0, 191, 640, 1}}) {
    const Placement place = place_in_picture(c.frame_w, c.frame_h, 640, 384);
    EXPECT_EQ(place.left, c.left) << c.frame_w;
    EXPECT_EQ(place.top, c.top) << c.frame_w;
    EXPECT_EQ(place.width, c.width) << c.frame_w;
    EXPECT_EQ(place.height, c.height) << c.frame_w;
  }
}

TEST(Placement, MapsBoxesBackAndCutsThemAtTheBorder) {
  const Placement place = place_in_picture(1280, 720, 640, 384);
  const domain::Box inside = place.to_frame(100, 112, 20, 40);
  EXPECT_FLOAT_EQ(inside.x, 180);
  EXPECT_FLOAT_EQ(inside.y, 160);
  EXPECT_FLOAT_EQ(inside.width, 40);
  EXPECT_FLOAT_EQ(inside.height, 80);
  const domain::Box cut = place.to_frame(635, 12, 20, 40);
  EXPECT_FLOAT_EQ(cut.right(), 1280);
  EXPECT_FLOAT_EQ(cut.y, 0);
  EXPECT_FLOAT_EQ(cut.height, 40);
  EXPECT_EQ(place.to_frame(320, 2, 10, 10).area(), 0) << "in the padding";
  EXPECT_EQ(place.to_frame(900, 100, 10, 10).area(), 0) << "beyond the picture";
}

TEST(Letterbox, KnowsTheStandardsColours) {
  struct Case {
    ColorMatrix matrix;
    ColorRange range;
    int y, u, v;
    Rgb want;
  };
  // Primaries by the equations of BT.601-7 and BT.709-6, rounded to bytes.
  const Case cases[] = {
      {ColorMatrix::kBt601, ColorRange::kLimited, 16, 128, 128, {0, 0, 0}},
      {ColorMatrix::kBt601, ColorRange::kLimited, 235, 128, 128, {255, 255, 255}},
      {ColorMatrix::kBt601, ColorRange::kLimited, 81, 90, 240, {254, 0, 0}},
      {ColorMatrix::kBt601, ColorRange::kLimited, 145, 54, 34, {0, 255, 1}},
      {ColorMatrix::kBt601, ColorRange::kLimited, 41, 240, 110, {0, 0, 255}},
      {ColorMatrix::kBt709, ColorRange::kLimited, 63, 102, 240, {255, 1, 0}},
      {ColorMatrix::kBt709, ColorRange::kLimited, 173, 42, 26, {0, 255, 1}},
      {ColorMatrix::kBt709, ColorRange::kLimited, 32, 240, 118, {1, 0, 255}},
      {ColorMatrix::kBt601, ColorRange::kFull, 76, 85, 255, {254, 0, 0}},
      {ColorMatrix::kBt601, ColorRange::kFull, 200, 128, 128, {200, 200, 200}},
      {ColorMatrix::kBt601, ColorRange::kLimited, 0, 0, 0, {0, 135, 0}},
      {ColorMatrix::kBt709, ColorRange::kFull, 255, 255, 255, {255, 172, 255}},
  };
  for (const Case& c : cases) {
    SyntheticFrame source{64, 48};
    source.fill(static_cast<std::uint8_t>(c.y), static_cast<std::uint8_t>(c.u),
                static_cast<std::uint8_t>(c.v));
    domain::Frame frame = source.frame();
    frame.matrix = c.matrix;
    frame.range = c.range;
    Letterbox letterbox{32, 32};
    std::vector<std::uint8_t> picture(letterbox.picture_bytes());
    letterbox.draw(frame, picture);
    const Rgb got = pixel(picture, 32, 32, 16, 16);
    EXPECT_NEAR(got.r, c.want.r, 1) << c.y << " " << c.u << " " << c.v;
    EXPECT_NEAR(got.g, c.want.g, 1) << c.y << " " << c.u << " " << c.v;
    EXPECT_NEAR(got.b, c.want.b, 1) << c.y << " " << c.u << " " << c.v;
  }
}

TEST(Letterbox, WritesEveryByteOfThePadding) {
  SyntheticFrame source{100, 50};
  source.fill(235, 128, 128);
  Letterbox letterbox{64, 64};
  std::vector<std::uint8_t> picture(letterbox.picture_bytes(), 7);
  const Placement place = letterbox.draw(source.frame(), picture);
  ASSERT_EQ(place.height, 32);
  for (int y = 0; y < 64; ++y) {
    const bool inside = y >= place.top && y < place.top + place.height;
    for (int x = 0; x < 64; ++x) {
      const Rgb got = pixel(picture, 64, 64, x, y);
      const int want = inside ? 255 : kLetterboxPadding;
      ASSERT_TRUE(got.r == want && got.g == want && got.b == want) << x << "," << y;
    }
  }
}

// What bilinear sampling of a grey picture must give, in floating point.
double reference(const SyntheticFrame& source, const Placement& place, int x, int y) {
  const auto at = [](int i, int out, int in) {
    return std::clamp((i + 0.5) * in / out - 0.5, 0.0, in - 1.0);
  };
  const double sx = at(x, place.width, source.width());
  const double sy = at(y, place.height, source.height());
  const int x0 = static_cast<int>(sx);
  const int y0 = static_cast<int>(sy);
  const int x1 = std::min(x0 + 1, source.width() - 1);
  const int y1 = std::min(y0 + 1, source.height() - 1);
  const double top = source.luma(x0, y0) * (1 - sx + x0) + source.luma(x1, y0) * (sx - x0);
  const double bottom = source.luma(x0, y1) * (1 - sx + x0) + source.luma(x1, y1) * (sx - x0);
  return top * (1 - sy + y0) + bottom * (sy - y0);
}

TEST(Letterbox, SamplesBilinearlyAtAnyRatioAndStride) {
  std::mt19937 random{1};
  for (const auto [width, height] : {std::pair{64, 32}, {97, 61}, {31, 17}, {200, 113}, {3, 2}, {1, 1}}) {
    SyntheticFrame source{width, height, 13};
    source.fill(0, 128, 128);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) source.set_luma(x, y, static_cast<std::uint8_t>(random() & 255));
    }
    domain::Frame frame = source.frame();
    frame.range = ColorRange::kFull;
    Letterbox letterbox{64, 48};
    std::vector<std::uint8_t> picture(letterbox.picture_bytes());
    const Placement place = letterbox.draw(frame, picture);
    for (int y = 0; y < place.height; ++y) {
      for (int x = 0; x < place.width; ++x) {
        // Weights have 7 bits: up to half a step of 1/128 of the neighbours' difference, in both directions.
        ASSERT_NEAR(pixel(picture, 64, 48, place.left + x, place.top + y).g, reference(source, place, x, y),
                    2.6)
            << width << "x" << height << " at " << x << "," << y;
      }
    }
  }
}

TEST(Letterbox, ServesFramesOfChangingSizes) {
  Letterbox letterbox{64, 48};
  std::vector<std::uint8_t> first(letterbox.picture_bytes());
  std::vector<std::uint8_t> again(letterbox.picture_bytes());
  SyntheticFrame wide{160, 90};
  wide.fill(120, 90, 200);
  SyntheticFrame tall{45, 80};
  tall.fill(60, 128, 128);
  letterbox.draw(wide.frame(), first);
  letterbox.draw(tall.frame(), again);
  letterbox.draw(wide.frame(), again);
  EXPECT_EQ(first, again);
}

TEST(Letterbox, RefusesWhatIsNoFrame) {
  Letterbox letterbox{64, 48};
  std::vector<std::uint8_t> picture(letterbox.picture_bytes());
  domain::Frame empty;
  EXPECT_THROW(letterbox.draw(empty, picture), std::invalid_argument);
  SyntheticFrame source{32, 32};
  domain::Frame without_chroma = source.frame();
  without_chroma.planes[2] = nullptr;
  EXPECT_THROW(letterbox.draw(without_chroma, picture), std::invalid_argument);
  picture.pop_back();
  EXPECT_THROW(letterbox.draw(source.frame(), picture), std::invalid_argument);
}

}  // namespace
}  // namespace sentinel::vision
