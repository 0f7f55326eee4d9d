// The small parts of the libav source, each alone.
#include <gtest/gtest.h>

extern "C" {
#include <libavutil/log.h>
}

#include "media/ffmpeg/av_error.hpp"
#include "media/ffmpeg/av_frame.hpp"
#include "media/ffmpeg/av_log.hpp"
#include "media/ffmpeg/av_options.hpp"
#include "media/ffmpeg/clip_writer.hpp"
#include "media/keyframe_gate.hpp"

namespace sentinel::media {
namespace {

using domain::ColorMatrix;
using domain::ColorRange;

TEST(AvLog, KeepsTheLastComplaintOfItsThreadAndMasksIt) {
  EXPECT_EQ(current_complaint(), "");
  const AvLogScope outer{"camera_1"};
  av_log(nullptr, AV_LOG_ERROR, "cannot open rtsp://admin:geheim@10.0.0.1/x?password=geheim\n");
  EXPECT_EQ(current_complaint(), "cannot open rtsp://***@10.0.0.1/x?password=***");
  av_log(nullptr, AV_LOG_INFO, "all well\n");
  EXPECT_EQ(outer.last_complaint(), "cannot open rtsp://***@10.0.0.1/x?password=***");
  {
    const AvLogScope inner{"camera_2"};
    EXPECT_EQ(current_complaint(), "");
    av_log(nullptr, AV_LOG_WARNING, "inner %d\n", 7);
    EXPECT_EQ(current_complaint(), "inner 7");
  }
  EXPECT_NE(current_complaint(), "inner 7");
}

TEST(AvError, GivesEveryCodeAKindAndAText) {
  struct Case {
    int code;
    AvStage stage;
    ErrorKind kind;
  };
  const std::vector<Case> cases{
      {AVERROR_HTTP_UNAUTHORIZED, AvStage::kConnect, ErrorKind::kUnauthenticated},
      {AVERROR_HTTP_NOT_FOUND, AvStage::kConnect, ErrorKind::kNotFound},
      {AVERROR(ECONNREFUSED), AvStage::kConnect, ErrorKind::kUnavailable},
      {AVERROR(EHOSTUNREACH), AvStage::kConnect, ErrorKind::kUnavailable},
      {AVERROR_UNKNOWN, AvStage::kConnect, ErrorKind::kUnavailable},
      {AVERROR_EOF, AvStage::kReadCamera, ErrorKind::kUnavailable},
      {AVERROR(ECONNRESET), AvStage::kReadCamera, ErrorKind::kUnavailable},
      {AVERROR_PATCHWELCOME, AvStage::kConnect, ErrorKind::kUnsupported},
      {AVERROR_INVALIDDATA, AvStage::kOpenFile, ErrorKind::kInvalid},
      {AVERROR_EOF, AvStage::kOpenFile, ErrorKind::kInvalid},
      {AVERROR(EINVAL), AvStage::kOpenFile, ErrorKind::kUnsupported},
      {AVERROR(EIO), AvStage::kReadFile, ErrorKind::kUnavailable},
      {AVERROR(ENOMEM), AvStage::kOpenFile, ErrorKind::kUnavailable},
  };
  for (const auto& c : cases) {
    const Error error = map_av_error(c.code, c.stage, "detail");
    EXPECT_EQ(error.kind, c.kind) << error.describe();
    EXPECT_FALSE(error.message.empty());
    EXPECT_NE(error.cause.find("; detail"), std::string::npos) << error.cause;
    EXPECT_EQ(error.message.find("detail"), std::string::npos);
  }
}

TEST(AvOptions, KnowTheDecodersOfTheirCodecs) {
  for (const auto codec :
       {AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_MPEG4, AV_CODEC_ID_MSMPEG4V3, AV_CODEC_ID_MJPEG}) {
    EXPECT_TRUE(allowed_decoder(codec).has_value()) << avcodec_get_name(codec);
  }
  EXPECT_EQ(allowed_decoder(AV_CODEC_ID_VP9).error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(allowed_decoder(AV_CODEC_ID_NONE).error().kind, ErrorKind::kUnsupported);
}

TEST(AvOptions, BoundTheSizeOfPictures) {
  EXPECT_TRUE(check_size(0, 0).has_value());
  EXPECT_TRUE(check_size(7680, 4320).has_value());
  EXPECT_TRUE(check_size(4320, 7680).has_value());
  EXPECT_EQ(check_size(8193, 1).error().kind, ErrorKind::kTooLarge);
  EXPECT_EQ(check_size(1, 8193).error().kind, ErrorKind::kTooLarge);
  EXPECT_EQ(check_size(8192, 8192).error().kind, ErrorKind::kTooLarge);
}

TEST(KeyframeGate, OpensAtAKeyframeAndClosesAtALoss) {
  KeyframeGate gate;
  EXPECT_FALSE(gate.admit(false));
  EXPECT_TRUE(gate.admit(true));
  EXPECT_TRUE(gate.admit(false));
  gate.on_loss();
  for (int i = 0; i < KeyframeGate::kSkippedMax; ++i) EXPECT_FALSE(gate.admit(false)) << i;
  EXPECT_TRUE(gate.admit(false));
  EXPECT_TRUE(gate.admit(false));
}

AvFramePtr picture(AVPixelFormat format, int width, int height, int luma) {
  AvFramePtr out{av_frame_alloc()};
  out->format = format;
  out->width = width;
  out->height = height;
  EXPECT_EQ(av_frame_get_buffer(out.get(), 0), 0);
  for (int plane = 0; plane < 3; ++plane) fill_plane(*out, plane, plane == 0 ? luma : 128);
  return out;
}

TEST(FrameMaker, HandsPlanarPicturesOnWithoutACopy) {
  for (const auto format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P}) {
    auto decoded = picture(format, 64, 48, 99);
    const std::uint8_t* memory = decoded->data[0];
    FrameMaker maker;
    const auto frame = maker.make(std::move(decoded));
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->planes[0], memory);
    EXPECT_EQ(frame->planes[0][100], 99);
    EXPECT_EQ(frame->range, format == AV_PIX_FMT_YUVJ420P ? ColorRange::kFull : ColorRange::kLimited);
  }
}

TEST(FrameMaker, ConvertsOtherFormatsAndKeepsTheirColours) {
  FrameMaker maker;
  for (const auto format : {AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_NV12, AV_PIX_FMT_YUVJ422P,
                            AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_GRAY8}) {
    const auto frame = maker.make(picture(format, 66, 50, 99));
    ASSERT_TRUE(frame.has_value()) << format;
    EXPECT_EQ(frame->width, 66);
    EXPECT_EQ(frame->height, 50);
    EXPECT_NEAR(frame->planes[0][20 * frame->strides[0] + 30], 99, 1) << format;
    EXPECT_NEAR(frame->planes[1][10 * frame->strides[1] + 15], 128, 1) << format;
    EXPECT_NEAR(frame->planes[2][10 * frame->strides[2] + 15], 128, 1) << format;
  }
  const auto red = maker.make([] {
    auto rgb = picture(AV_PIX_FMT_RGB24, 64, 48, 0);
    for (int y = 0; y < 48; ++y) {
      for (int x = 0; x < 64; ++x) rgb->data[0][y * rgb->linesize[0] + x * 3] = 255;
    }
    return rgb;
  }());
  ASSERT_TRUE(red.has_value());
  EXPECT_EQ(red->matrix, ColorMatrix::kBt601);
  EXPECT_EQ(red->range, ColorRange::kLimited);
  EXPECT_NEAR(red->planes[0][0], 81, 2);
  EXPECT_NEAR(red->planes[2][0], 240, 2);
}

TEST(FrameMaker, ReadsTheColoursOfTheStream) {
  struct Case {
    AVColorSpace space;
    int width, height;
    ColorMatrix matrix;
  };
  const std::vector<Case> cases{
      {AVCOL_SPC_BT709, 64, 48, ColorMatrix::kBt709},
      {AVCOL_SPC_SMPTE170M, 1920, 1080, ColorMatrix::kBt601},
      {AVCOL_SPC_BT470BG, 1920, 1080, ColorMatrix::kBt601},
      {AVCOL_SPC_UNSPECIFIED, 768, 576, ColorMatrix::kBt601},
      {AVCOL_SPC_UNSPECIFIED, 1280, 720, ColorMatrix::kBt709},
      {AVCOL_SPC_UNSPECIFIED, 640, 480, ColorMatrix::kBt601},
  };
  for (const auto& c : cases) {
    auto decoded = picture(AV_PIX_FMT_YUV420P, c.width, c.height, 99);
    decoded->colorspace = c.space;
    EXPECT_EQ(color_matrix_of(*decoded), c.matrix) << c.space << " " << c.width;
  }
  auto full = picture(AV_PIX_FMT_YUV420P, 64, 48, 99);
  full->color_range = AVCOL_RANGE_JPEG;
  EXPECT_EQ(color_range_of(*full), ColorRange::kFull);
}

TEST(FrameMaker, RefusesPicturesOverTheLimit) {
  auto decoded = picture(AV_PIX_FMT_GRAY8, 16, 16, 0);
  decoded->width = 9000;
  FrameMaker maker;
  EXPECT_EQ(maker.make(std::move(decoded)).error().kind, ErrorKind::kTooLarge);
}

}  // namespace
}  // namespace sentinel::media
