#include "media/jpeg.hpp"

#include <gtest/gtest.h>
#include <turbojpeg.h>

#include <cmath>
#include <memory>

#include "tests/fakes/synthetic_frame.hpp"

namespace sentinel::media {
namespace {

using domain::ColorMatrix;
using domain::ColorRange;

struct Picture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;

  Rgb at(int x, int y) const {
    const auto i = static_cast<std::size_t>((y * width + x) * 3);
    return {rgb[i], rgb[i + 1], rgb[i + 2]};
  }
};

Picture decode(const std::vector<std::uint8_t>& jpeg) {
  const std::unique_ptr<void, int (*)(void*)> decoder{tjInitDecompress(), &tjDestroy};
  Picture out;
  int sampling = 0;
  int space = 0;
  EXPECT_EQ(tjDecompressHeader3(decoder.get(), jpeg.data(), jpeg.size(), &out.width, &out.height, &sampling,
                                &space),
            0);
  EXPECT_EQ(sampling, TJSAMP_420);
  out.rgb.resize(static_cast<std::size_t>(out.width * out.height * 3));
  EXPECT_EQ(tjDecompress2(decoder.get(), jpeg.data(), jpeg.size(), out.rgb.data(), out.width, 0, out.height,
                          TJPF_RGB, 0),
            0);
  return out;
}

Picture encode_and_decode(const domain::Frame& frame, const std::vector<Overlay>& overlays = {},
                          int width_max = 0) {
  const auto jpeg = encode_jpeg(frame, overlays, 95, width_max);
  EXPECT_TRUE(jpeg.has_value());
  return jpeg ? decode(*jpeg) : Picture{};
}

void expect_near(Rgb got, Rgb wanted, int tolerance, const std::string& what) {
  EXPECT_NEAR(got.red, wanted.red, tolerance) << what << ", red";
  EXPECT_NEAR(got.green, wanted.green, tolerance) << what << ", green";
  EXPECT_NEAR(got.blue, wanted.blue, tolerance) << what << ", blue";
}

struct Film {
  int width = 64;
  int height = 48;
  ColorMatrix matrix = ColorMatrix::kBt601;
  ColorRange range = ColorRange::kLimited;
  int stride_extra = 0;
};

// A picture of one colour, and how it is meant. Owns the planes of frame().
class Picture420 {
 public:
  Picture420(const Film& film, std::uint8_t luma, std::uint8_t cb = 128, std::uint8_t cr = 128)
      : film_{film}, pixels_{film.width, film.height, film.stride_extra} {
    pixels_.fill(luma, cb, cr);
  }
  fakes::SyntheticFrame& pixels() { return pixels_; }
  domain::Frame frame() const {
    domain::Frame out = pixels_.frame();
    out.matrix = film_.matrix;
    out.range = film_.range;
    return out;
  }

 private:
  Film film_;
  fakes::SyntheticFrame pixels_;
};

// The definition, in floating point: what a camera would have made of that colour.
Picture420 filmed(Rgb color, const Film& film) {
  const double red_weight = film.matrix == ColorMatrix::kBt709 ? 0.2126 : 0.299;
  const double blue_weight = film.matrix == ColorMatrix::kBt709 ? 0.0722 : 0.114;
  const double red = color.red / 255.0;
  const double blue = color.blue / 255.0;
  const double green_weight = 1 - red_weight - blue_weight;
  const double luma = red_weight * red + blue_weight * blue + green_weight * color.green / 255.0;
  const double cb = (blue - luma) / (2 * (1 - blue_weight));
  const double cr = (red - luma) / (2 * (1 - red_weight));
  const bool full = film.range == ColorRange::kFull;
  const auto byte = [](double value) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
  };
  return {film, byte(full ? luma * 255 : 16 + luma * 219), byte(128 + cb * (full ? 255 : 224)),
          byte(128 + cr * (full ? 255 : 224))};
}

TEST(Jpeg, ColoursComeOutAsTheyWereFilmed) {
  const std::vector<Rgb> colors{{0, 0, 0},     {255, 255, 255}, {128, 128, 128}, {200, 40, 40},
                                {40, 180, 60}, {30, 60, 210},   {220, 200, 30},  {180, 140, 120}};
  for (const auto matrix : {ColorMatrix::kBt601, ColorMatrix::kBt709}) {
    for (const auto range : {ColorRange::kLimited, ColorRange::kFull}) {
      for (const Rgb color : colors) {
        const std::string what = std::string{matrix == ColorMatrix::kBt709 ? "709 " : "601 "} +
                                 (range == ColorRange::kFull ? "full " : "limited ") +
                                 std::to_string(color.red);
        const Picture420 picture = filmed(color, {.matrix = matrix, .range = range});
        const auto frame = picture.frame();
        expect_near(encode_and_decode(frame).at(30, 20), color, 4, what);
        expect_near(encode_and_decode(frame, {}, 32).at(15, 10), color, 4, what + ", scaled");
      }
    }
  }
}

TEST(Jpeg, TakesSizesAndStridesAsTheyCome) {
  for (const int width : {1, 2, 3, 17, 63, 64}) {
    for (const int height : {1, 2, 5, 48}) {
      for (const auto range : {ColorRange::kLimited, ColorRange::kFull}) {
        const Picture420 white{{.width = width, .height = height, .range = range, .stride_extra = 6},
                               static_cast<std::uint8_t>(range == ColorRange::kFull ? 255 : 235)};
        const auto picture = encode_and_decode(white.frame());
        EXPECT_EQ(picture.width, width);
        EXPECT_EQ(picture.height, height);
        expect_near(picture.at(width - 1, height - 1), {255, 255, 255}, 3, "the last pixel");
      }
    }
  }
}

TEST(Jpeg, ScalesDownInProportionAndNeverUp) {
  Picture420 halves{{.width = 640, .height = 360}, 16};
  halves.pixels().paint(320, 0, 320, 360, 235);
  const auto frame = halves.frame();
  struct Case {
    int width_max, width, height;
  };
  for (const auto& c : {Case{0, 640, 360}, Case{1000, 640, 360}, Case{640, 640, 360}, Case{480, 480, 270},
                        Case{320, 320, 180}, Case{333, 333, 187}, Case{7, 7, 4}, Case{1, 1, 1}}) {
    const auto picture = encode_and_decode(frame, {}, c.width_max);
    EXPECT_EQ(picture.width, c.width);
    EXPECT_EQ(picture.height, c.height);
    if (c.width < 100) continue;
    expect_near(picture.at(c.width / 4, c.height / 2), {0, 0, 0}, 4, "left of " + std::to_string(c.width));
    expect_near(picture.at(c.width * 3 / 4, c.height / 2), {255, 255, 255}, 4, "right");
  }
  Picture420 stripes{{.width = 640, .height = 360, .range = ColorRange::kFull}, 0};  // grey from afar
  for (int x = 1; x < 640; x += 2) stripes.pixels().paint(x, 0, 1, 360, 255);
  expect_near(encode_and_decode(stripes.frame(), {}, 160).at(80, 45), {128, 128, 128}, 3, "stripes");
}

TEST(Jpeg, DrawsBoxesAndLabelsIntoACopy) {
  Picture420 grey{{.width = 320, .height = 240}, 126};
  const auto frame = grey.frame();
  const Rgb red{230, 20, 20};
  const auto plain = encode_and_decode(frame);
  const auto boxed = encode_and_decode(frame, {{{100, 100, 120, 80}, "person 87%", red}});
  expect_near(boxed.at(160, 100), red, 40, "top line");
  expect_near(boxed.at(100, 140), red, 40, "left line");
  expect_near(boxed.at(218, 140), red, 40, "right line");
  expect_near(boxed.at(160, 178), red, 40, "bottom line");
  expect_near(boxed.at(160, 140), plain.at(160, 140), 6, "inside");
  expect_near(boxed.at(50, 50), plain.at(50, 50), 4, "outside");
  int dark = 0;
  int light = 0;
  for (int y = 90; y < 100; ++y) {
    for (int x = 101; x < 160; ++x) (boxed.at(x, y).green > 128 ? light : dark) += 1;
  }
  EXPECT_GT(light, 60);  // letters
  EXPECT_GT(dark, 200);  // on their ground
  EXPECT_EQ(grey.pixels().luma(160, 100), 126);
}

TEST(Jpeg, BoxesFollowTheScale) {
  const Picture420 grey{{.width = 1280, .height = 720}, 126};
  const auto picture = encode_and_decode(grey.frame(), {{{640, 360, 320, 180}, "", {20, 220, 20}}}, 640);
  EXPECT_EQ(picture.width, 640);
  EXPECT_GT(picture.at(400, 180).green, 180);
  EXPECT_GT(picture.at(320, 200).green, 180);
  EXPECT_LT(std::abs(picture.at(400, 220).green - picture.at(400, 220).red), 20);
}

TEST(Jpeg, OverlaysOutsideThePictureAreCutOff) {
  const Picture420 grey{{}, 126};
  const auto frame = grey.frame();
  const std::vector<Overlay> overlays{
      {{-1000, -1000, 5000, 5000}, "all", {255, 0, 0}},
      {{-50, 10, 60, 20}, "left", {0, 255, 0}},
      {{60, 40, 1e9F, 1e9F}, std::string(5000, 'W'), {0, 0, 255}},
      {{1e30F, 1e30F, 1, 1}, "far", {1, 2, 3}},
      {{10, 10, -5, -5}, "turned", {1, 2, 3}},
      {{0, 0, 0, 0}, "nothing", {1, 2, 3}},
      {{std::nanf(""), 1, 2, 3}, "nan", {1, 2, 3}},
      {{5, 5, 20, 20}, "Grüße \xff\xfe\n\x01", {200, 200, 200}},
  };
  EXPECT_EQ(encode_and_decode(frame, overlays).width, 64);
}

TEST(Jpeg, RefusesWhatCannotBeEncoded) {
  const Picture420 grey{{}, 126};
  const auto frame = grey.frame();
  EXPECT_EQ(encode_jpeg(frame, {}, 0, 0).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(encode_jpeg(frame, {}, 101, 0).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(encode_jpeg(frame, {}, 80, -1).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(encode_jpeg(domain::Frame{}, {}, 80, 0).error().kind, ErrorKind::kInvalid);
}

}  // namespace
}  // namespace sentinel::media
