#include "media/ffmpeg/av_source.hpp"

#include <thread>

#include "media/ffmpeg/source_test_kit.hpp"

namespace sentinel::media {
namespace {

using std::chrono::milliseconds;

class AvSourceTest : public SourceTest {};

TEST_F(AvSourceTest, PlaysEveryAllowedFormatWhole) {
  struct Case {
    std::string name, format, encoder;
    int b_frames;
  };
  const std::vector<Case> cases{
      {"a.mp4", "mp4", "libx264", 0},
      {"b.mp4", "mp4", "libx264", 2},
      {"a.mkv", "matroska", "libx264", 2},
      {"a.ts", "mpegts", "libx264", 0},
      {"b.ts", "mpegts", "libx264", 2},
      {"a.h264", "h264", "libx264", 0},
      {"a.hevc", "hevc", "libx265", 0},
      {"h.mp4", "mp4", "libx265", 2},
      {"a.avi", "avi", "mpeg4", 0},
      {"m.avi", "avi", "msmpeg4", 0},
      {"j.avi", "avi", "mjpeg", 0},
      {"noext", "mp4", "libx264", 0},
      {"wrong_ext.txt", "matroska", "mpeg4", 0},
  };
  for (const auto& c : cases) {
    ClipSpec spec;
    spec.format = c.format;
    spec.encoder = c.encoder;
    spec.b_frames = c.b_frames;
    if (c.encoder == "mjpeg") spec.pixels = AV_PIX_FMT_YUVJ420P;
    const auto source = source_of(file_config(clip(c.name, spec)));
    ASSERT_TRUE(source->open().has_value()) << c.name;
    const auto frames = read_all(*source);
    ASSERT_EQ(frames.size(), 20U) << c.name;
    for (int n = 0; n < 20; ++n) {
      const auto& frame = *frames[static_cast<std::size_t>(n)];
      EXPECT_EQ(frame.sequence, static_cast<std::uint64_t>(n)) << c.name;
      EXPECT_NEAR(luma_of(frame), clip_luma(n), 4) << c.name << ", picture " << n;
      EXPECT_NEAR(static_cast<double>(frame.stream_time.count()), n * 40'000, 1'000)
          << c.name << ", picture " << n;
    }
    EXPECT_EQ(frames[0]->width, 64);
    EXPECT_EQ(frames[0]->height, 48);
    EXPECT_EQ(frames[0]->camera_id, "camera_1");
    EXPECT_EQ(source->counters().decode_errors, 0U) << c.name;
    EXPECT_GE(source->counters().packets, 20U) << c.name;
    const auto after = source->read();
    EXPECT_TRUE(after.has_value() && *after == nullptr) << c.name;
  }
}

TEST_F(AvSourceTest, CapturedTimeIsTheOpeningPlusStreamTime) {
  const auto source = source_of(file_config(clip("a.mp4", {})));
  const UtcTime before = clock_.utc_now();
  ASSERT_TRUE(source->open().has_value());
  const UtcTime after = clock_.utc_now();
  for (const auto& frame : read_all(*source)) {
    EXPECT_GE(frame->captured_at - frame->stream_time, before);
    EXPECT_LE(frame->captured_at - frame->stream_time, after);
  }
}

TEST_F(AvSourceTest, KeepsAVariableRate) {
  ClipSpec spec;
  spec.frames = 5;
  spec.pts = [](int n) { return n * n * 10; };
  const auto source = source_of(file_config(clip("a.mkv", spec)));
  ASSERT_TRUE(source->open().has_value());
  const auto frames = read_all(*source);
  ASSERT_EQ(frames.size(), 5U);
  for (int n = 0; n < 5; ++n) {
    EXPECT_NEAR(static_cast<double>(frames[static_cast<std::size_t>(n)]->stream_time.count()),
                n * n * 400'000, 1'000);
  }
}

TEST_F(AvSourceTest, LoopsWithGrowingTimes) {
  for (const auto* format : {"mp4", "mpegts", "h264", "avi"}) {
    ClipSpec spec;
    spec.format = format;
    SourceConfig config = file_config(clip(format, spec));
    config.loop = true;
    const auto source = source_of(config);
    ASSERT_TRUE(source->open().has_value()) << format;
    const auto frames = read_all(*source, 70);
    ASSERT_EQ(frames.size(), 70U) << format;
    for (int n = 0; n < 70; ++n) {
      const auto& frame = *frames[static_cast<std::size_t>(n)];
      EXPECT_NEAR(static_cast<double>(frame.stream_time.count()), n * 40'000, 1'000)
          << format << ", picture " << n;
      EXPECT_NEAR(luma_of(frame), clip_luma(n % 20), 4) << format << ", picture " << n;
      EXPECT_EQ(frame.sequence, static_cast<std::uint64_t>(n));
    }
  }
}

TEST_F(AvSourceTest, PlaysInRealTime) {
  ClipSpec spec;
  spec.fps = 50;
  spec.frames = 6;
  SourceConfig config = file_config(clip("a.mp4", spec));
  config.pace = Pace::kRealTime;
  const auto source = source_of(config);
  ASSERT_TRUE(source->open().has_value());
  const auto frames = read_all(*source);
  ASSERT_EQ(frames.size(), 6U);
  for (const auto& frame : frames) {
    EXPECT_GE(frame->received_at - frames[0]->received_at + milliseconds{1}, frame->stream_time);
  }
}

TEST_F(AvSourceTest, AnInterruptEndsTheWaitForAPicture) {
  ClipSpec spec;
  spec.frames = 2;
  spec.pts = [](int n) { return n * 25 * 9; };  // the second picture is due after nine seconds
  SourceConfig config = file_config(clip("a.mkv", spec));
  config.pace = Pace::kRealTime;
  const auto source = source_of(config);
  ASSERT_TRUE(source->open().has_value());
  ASSERT_TRUE(source->read().has_value());
  const MonoTime start = clock_.mono_now();
  const std::jthread other{[&] { source->interrupt(); }};
  const auto second = source->read();
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::kUnavailable);
  EXPECT_LT(clock_.mono_now() - start, milliseconds{2000});
  EXPECT_EQ(source->read().error().kind, ErrorKind::kUnavailable);
}

TEST_F(AvSourceTest, FollowsAChangeOfResolution) {
  ClipSpec small;
  small.format = "h264";
  ClipSpec large = small;
  large.width = 128;
  large.height = 96;
  clip("small.h264", small);
  clip("large.h264", large);
  write("both.h264", bytes_of("small.h264") + bytes_of("large.h264") + bytes_of("small.h264"));
  const auto source = source_of(file_config("both.h264"));
  ASSERT_TRUE(source->open().has_value());
  const auto frames = read_all(*source);
  ASSERT_EQ(frames.size(), 60U);
  EXPECT_EQ(frames[19]->width, 64);
  EXPECT_EQ(frames[20]->width, 128);
  EXPECT_EQ(frames[20]->height, 96);
  EXPECT_EQ(frames[40]->width, 64);
  EXPECT_NEAR(luma_of(*frames[25]), clip_luma(5), 4);
}

TEST_F(AvSourceTest, FramesOutliveTheirSource) {
  auto source = source_of(file_config(clip("a.mp4", {})));
  ASSERT_TRUE(source->open().has_value());
  const auto frames = read_all(*source);
  source.reset();
  ASSERT_EQ(frames.size(), 20U);
  EXPECT_NEAR(luma_of(*frames[7]), clip_luma(7), 4);
}

TEST_F(AvSourceTest, AcceptsAPlainPathUnderTheSameGuard) {
  clip("a.mp4", {});
  SourceConfig config = file_config("a.mp4");
  config.url = (folder_ / "a.mp4").string();
  EXPECT_TRUE(source_of(config)->open().has_value());
  config.url = "/etc/passwd";
  EXPECT_EQ(source_of(config)->open().error().kind, ErrorKind::kForbidden);
  config.url = "";
  EXPECT_EQ(source_of(config)->open().error().kind, ErrorKind::kInvalid);
}

TEST_F(AvSourceTest, ChecksASourceWithoutOpeningIt) {
  clip("a.mp4", {});
  const auto kind_of = [&](const std::string& url) {
    SourceConfig config;
    config.url = url;
    const auto checked = check_source(config, guards());
    return checked ? std::string{"fine"} : checked.error().message;
  };
  EXPECT_EQ(kind_of("file://" + (folder_ / "a.mp4").string()), "fine");
  EXPECT_EQ(kind_of("rtsp://127.0.0.1/x"), "fine");
  EXPECT_EQ(kind_of("rtsp://some-name.lan/x"), "fine");
  EXPECT_NE(kind_of("rtsp://10.0.0.1/x").find("CAMERA_ALLOWED_NETWORKS"), std::string::npos);
  EXPECT_NE(kind_of("file:///etc/passwd").find("FILE_SOURCE_ROOTS"), std::string::npos);
  EXPECT_NE(kind_of("http://10.0.0.1/x").find("rtsp://"), std::string::npos);
}

}  // namespace
}  // namespace sentinel::media
