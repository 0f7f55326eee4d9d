#include "media/jpeg.hpp"

#include <gtest/gtest.h>
#include <turbojpeg.h>

#include <cmath>
#include <memory>

#include "tests/fakes/frames.hpp"

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

// The definition, in floating point: what a camera would have made of that colour.
fakes::FrameSpec filmed(Rgb color, ColorMatrix matrix, ColorRange range) {
  const double red_weight = matrix == ColorMatrix::kBt709 ? 0.2126 : 0.299;
  const double blue_weight = matrix == ColorMatrix::kBt709 ? 0.0722 : 0.114;
  const double red = color.red / 255.0;
  const double blue = color.blue / 255.0;
  const double luma =
      red_weight * red + blue_weight * blue + (1 - red_weight - blue_weight) * color.green / 255.0;
  const double cb = (blue - luma) / (2 * (1 - blue_weight));
  const double cr = (red - luma) / (2 * (1 - red_weight));
  const bool full = range == ColorRange::kFull;
  const auto byte = [](double value) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
  };
  fakes::FrameSpec spec;
  spec.matrix = matrix;
  spec.range = range;
  spec.luma = byte(full ? luma * 255 : 16 + luma * 219);
  spec.cb = byte(128 + cb * (full ? 255 : 224));
  spec.cr = byte(128 + cr * (full ? 255 : 224));
  return spec;
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
        const auto frame = fakes::make_frame(filmed(color, matrix, range));
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
        fakes::FrameSpec spec;
        spec.width = width;
        spec.height = height;
        spec.padding = 6;
        spec.range = range;
        spec.luma = range == ColorRange::kFull ? 255 : 235;
        const auto picture = encode_and_decode(fakes::make_frame(spec));
        EXPECT_EQ(picture.width, width);
        EXPECT_EQ(picture.height, height);
        expect_near(picture.at(width - 1, height - 1), {255, 255, 255}, 3, "the last pixel");
      }
    }
  }
}

TEST(Jpeg, ScalesDownInProportionAndNeverUp) {
  fakes::FrameSpec spec;
  spec.width = 640;
  spec.height = 360;
  spec.paint = [](int plane, int x, int) {
    return static_cast<std::uint8_t>(plane > 0 ? 128 : x < 320 ? 16 : 235);
  };
  const auto frame = fakes::make_frame(spec);
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
  fakes::FrameSpec stripes;  // every second column white: grey from afar
  stripes.width = 640;
  stripes.height = 360;
  stripes.range = ColorRange::kFull;
  stripes.paint = [](int plane, int x, int) {
    return static_cast<std::uint8_t>(plane > 0 ? 128 : x % 2 * 255);
  };
  expect_near(encode_and_decode(fakes::make_frame(stripes), {}, 160).at(80, 45), {128, 128, 128}, 3,
              "stripes");
}

TEST(Jpeg, DrawsBoxesAndLabelsIntoACopy) {
  fakes::FrameSpec spec;
  spec.width = 320;
  spec.height = 240;
  const auto frame = fakes::make_frame(spec);
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
  EXPECT_EQ(frame.planes[0][100 * 320 + 160], 126);
}

TEST(Jpeg, BoxesFollowTheScale) {
  fakes::FrameSpec spec;
  spec.width = 1280;
  spec.height = 720;
  const auto picture =
      encode_and_decode(fakes::make_frame(spec), {{{640, 360, 320, 180}, "", {20, 220, 20}}}, 640);
  EXPECT_EQ(picture.width, 640);
  EXPECT_GT(picture.at(400, 180).green, 180);
  EXPECT_GT(picture.at(320, 200).green, 180);
  EXPECT_LT(std::abs(picture.at(400, 220).green - picture.at(400, 220).red), 20);
}

TEST(Jpeg, OverlaysOutsideThePictureAreCutOff) {
  const auto frame = fakes::make_frame({});
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
  const auto frame = fakes::make_frame({});
  EXPECT_EQ(encode_jpeg(frame, {}, 0, 0).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(encode_jpeg(frame, {}, 101, 0).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(encode_jpeg(frame, {}, 80, -1).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(encode_jpeg(domain::Frame{}, {}, 80, 0).error().kind, ErrorKind::kInvalid);
}

}  // namespace
}  // namespace sentinel::media
