// Files that are not what they say, or were made to do harm: each gives a clear error or fewer pictures,
// never more.
#include <sys/stat.h>

#include <algorithm>

#include "media/ffmpeg/av_source.hpp"
#include "media/ffmpeg/source_test_kit.hpp"

namespace sentinel::media {
namespace {

class HostileFile : public SourceTest {
 protected:
  // The error of opening, or of the first read that fails; empty when the file plays to its end.
  std::optional<Error> error_of(const std::string& name) const {
    const auto source = source_of(file_config(name));
    if (const auto opened = source->open(); !opened) return opened.error();
    while (true) {
      const auto frame = source->read();
      if (!frame) return frame.error();
      if (!*frame) return std::nullopt;
    }
  }
  std::size_t pictures_of(const std::string& name) const {
    const auto source = source_of(file_config(name));
    return source->open() ? read_all(*source).size() : 0;
  }
};

std::string noise(std::size_t count) {
  std::string out;
  std::uint32_t seed = 42;
  while (out.size() < count) {
    seed = seed * 1664525 + 1013904223;
    out.push_back(static_cast<char>(seed >> 24));
  }
  return out;
}

TEST_F(HostileFile, WhatIsNoVideoIsRefused) {
  clip("whole.mp4", {});
  const std::string secret = "file://" + (folder_ / "whole.mp4").string();
  struct Case {
    std::string name, bytes;
  };
  const std::vector<Case> cases{
      {"empty.mp4", ""},
      {"one.mp4", "x"},
      {"noise.mp4", noise(300'000)},
      {"noise.ts", noise(300'000)},
      {"noise.h264", noise(300'000)},
      {"zeros.h264", std::string(300'000, '\0')},
      {"text.mp4", "This is a text and no video.\nAnother line of it.\n"},
      {"subtitle.mp4", "1\n00:00:01,000 --> 00:00:02,000\nHello\n"},
      {"page.mp4", "<!DOCTYPE html><html><body>not found</body></html>"},
      {"hls.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n" + secret + "\n#EXT-X-ENDLIST\n"},
      {"concat.mp4", "ffconcat version 1.0\nfile '" + (folder_ / "whole.mp4").string() + "'\n"},
      {"sdp.mp4",
       "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
       "a=rtpmap:96 H264/90000\n"},
      {"dash.mp4",
       "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\"><Period>"
       "<AdaptationSet mimeType=\"video/mp4\"><Representation id=\"1\"><BaseURL>" +
           secret + "</BaseURL></Representation></AdaptationSet></Period></MPD>"},
      {"wave.mp4",
       std::string("RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x44\xac\x00\x00", 28) +
           std::string(4096, '\0')},
      {"start_codes.h264",
       [] {
         std::string out;
         for (int i = 0; i < 20'000; ++i)
           out += std::string("\0\0\0\1", 4) + noise(static_cast<std::size_t>(i % 9));
         return out;
       }()},
  };
  for (const auto& c : cases) {
    write(c.name, c.bytes);
    const auto error = error_of(c.name);
    ASSERT_TRUE(error.has_value()) << c.name;
    EXPECT_TRUE(error->kind == ErrorKind::kInvalid || error->kind == ErrorKind::kUnsupported)
        << c.name << ": " << error->describe();
    EXPECT_FALSE(error->message.empty()) << c.name;
  }
}

TEST_F(HostileFile, FormatsAndCodecsOutsideTheListsAreUnsupported) {
  struct Case {
    std::string format, encoder, named;
  };
  const std::vector<Case> cases{
      {"flv", "flv", "MP4"},
      {"matroska", "mpeg2video", "mpeg2video"},
      {"matroska", "ffv1", "ffv1"},
      {"avi", "msmpeg4v2", "msmpeg4v2"},
      {"mpegts", "mpeg2video", "mpeg2video"},
  };
  for (const auto& c : cases) {
    ClipSpec spec;
    spec.format = c.format;
    spec.encoder = c.encoder;
    const auto error = error_of(clip(c.format + c.encoder, spec));
    ASSERT_TRUE(error.has_value()) << c.format << c.encoder;
    EXPECT_EQ(error->kind, ErrorKind::kUnsupported) << error->describe();
    EXPECT_NE(error->message.find(c.named), std::string::npos) << error->describe();
  }
}

TEST_F(HostileFile, AFileCutOffAnywhereEndsInAnErrorOrEarly) {
  for (const auto* format : {"mp4", "matroska", "avi", "mpegts", "h264"}) {
    ClipSpec spec;
    spec.format = format;
    const std::string whole = bytes_of(clip(std::string{"whole_"} + format, spec));
    for (std::size_t eighth = 0; eighth < 8; ++eighth) {
      write("cut", whole.substr(0, whole.size() * eighth / 8));
      EXPECT_LE(pictures_of("cut"), 20U) << format << ", " << eighth << "/8";
    }
  }
}

TEST_F(HostileFile, DamagedBytesCostPicturesAndNothingElse) {
  for (const auto* format : {"mp4", "matroska", "avi", "mpegts", "h264"}) {
    ClipSpec spec;
    spec.format = format;
    spec.frames = 40;
    const std::string whole = bytes_of(clip(std::string{"whole_"} + format, spec));
    std::uint32_t seed = 1;
    for (int round = 0; round < 60; ++round) {
      std::string damaged = whole;
      for (int i = 0; i < 12; ++i) {
        seed = seed * 1664525 + 1013904223;
        damaged[seed % damaged.size()] = static_cast<char>(seed >> 24);
      }
      write("damaged", damaged);
      const auto source = source_of(file_config("damaged"));
      if (!source->open()) continue;
      StreamTime last{-1};
      for (const auto& frame : read_all(*source, 200)) {
        EXPECT_GT(frame->stream_time, last);
        last = frame->stream_time;
      }
    }
  }
}

TEST_F(HostileFile, ALossIsCountedAndSkippedToTheNextKeyframe) {
  ClipSpec spec;
  spec.format = "h264";
  spec.textured = true;
  auto pictures = encode_pictures(spec);  // keyframes are 0 and 10
  auto& victim = pictures[4];
  for (std::size_t i = victim.size() / 3; i < victim.size(); ++i) victim[i] = 0xff;
  std::string bytes;
  for (const auto& picture : pictures) bytes.append(picture.begin(), picture.end());
  write("loss.h264", bytes);
  const auto source = source_of(file_config("loss.h264"));
  ASSERT_TRUE(source->open().has_value());
  const auto frames = read_all(*source);
  EXPECT_GE(source->counters().decode_errors, 1U);
  ASSERT_EQ(frames.size(), 14U);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const int picture = static_cast<int>(i < 4 ? i : i + 6);
    EXPECT_NEAR(luma_of(*frames[i]), clip_luma(picture), 4) << i;
    EXPECT_NEAR(static_cast<double>(frames[i]->stream_time.count()), picture * 40'000, 1'000) << i;
  }
}

TEST_F(HostileFile, PicturesOverTheLimitAreRefused) {
  struct Case {
    std::string name, format;
    int width, height;
  };
  const std::vector<Case> cases{
      {"wide.avi", "avi", 8200, 16}, {"tall.avi", "avi", 16, 8200}, {"big.avi", "avi", 8192, 4400}};
  for (const auto& c : cases) {
    ClipSpec spec;
    spec.format = c.format;
    spec.encoder = "mjpeg";
    spec.pixels = AV_PIX_FMT_YUVJ420P;
    spec.width = c.width;
    spec.height = c.height;
    spec.frames = 1;
    const auto error = error_of(clip(c.name, spec));
    ASSERT_TRUE(error.has_value()) << c.name;
    EXPECT_EQ(error->kind, ErrorKind::kTooLarge) << error->describe();
  }
}

TEST_F(HostileFile, AHeaderThatClaimsASizeDoesNotGetIt) {
  std::string bytes = bytes_of(clip("a.mp4", {}));
  const std::size_t entry = bytes.find("avc1", bytes.find("stsd"));
  ASSERT_NE(entry, std::string::npos);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(entry) + 28, 4, '\xff');  // 65535 x 65535
  write("claims.mp4", bytes);
  const auto error = error_of("claims.mp4");
  if (error) {
    EXPECT_EQ(error->kind, ErrorKind::kTooLarge) << error->describe();
  } else {
    EXPECT_EQ(pictures_of("claims.mp4"), 20U);  // the coded pictures themselves are small
  }
}

TEST_F(HostileFile, ExternalReferencesOfMovAreNotFollowed) {
  // "alis" is the QuickTime data reference to another file; libav opens it only with enable_drefs.
  std::string bytes = bytes_of(clip("a.mp4", {}));
  const std::size_t reference = bytes.find("url ", bytes.find("dref"));
  ASSERT_NE(reference, std::string::npos);
  bytes.replace(reference, 4, "alis");
  bytes[reference + 7] = 0;  // no longer "in this file"
  write("refers.mp4", bytes);
  EXPECT_LE(pictures_of("refers.mp4"), 20U);
}

TEST_F(HostileFile, LoopingAFileWithoutPicturesEnds) {
  ClipSpec spec;
  spec.format = "h264";
  std::string bytes;
  for (const auto& picture : encode_pictures(spec)) bytes.append(picture.begin(), picture.begin() + 24);
  write("headers.h264", bytes);
  SourceConfig config = file_config("headers.h264");
  config.loop = true;
  const auto source = source_of(config);
  const auto opened = source->open();
  const auto error = opened ? source->read().error() : opened.error();
  EXPECT_TRUE(error.kind == ErrorKind::kInvalid || error.kind == ErrorKind::kUnsupported) << error.describe();
}

}  // namespace
}  // namespace sentinel::media
