// Clips for tests, encoded by libav itself. Part of no library: only *_test.cpp files include it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "media/ffmpeg/av_handles.hpp"

namespace sentinel::media {

// Picture n is one grey, of luma clip_luma(n), so that a test can tell which one it got.
struct ClipSpec {
  std::string format = "mp4";       // libav's name of the muxer
  std::string encoder = "libx264";  // libav's name
  int width = 64;
  int height = 48;
  int fps = 25;
  int frames = 20;
  int keyframe_every = 10;
  int b_frames = 0;
  bool textured = false;  // noise in the upper half: pictures of some kilobytes, that damage can be done to
  AVPixelFormat pixels = AV_PIX_FMT_YUV420P;
  AVColorSpace matrix = AVCOL_SPC_UNSPECIFIED;
  AVColorRange range = AVCOL_RANGE_UNSPECIFIED;
  std::function<std::int64_t(int)> pts = [](int n) { return n; };  // of picture n, in frames
};

int clip_luma(int picture);

// Every sample of an 8-bit plane.
void fill_plane(AVFrame& frame, int plane, int value);

// Throws std::runtime_error when libav has not what is asked for.
void write_clip(const std::filesystem::path& path, const ClipSpec& spec);

// The same as Annex B, one element per picture, parameter sets before each keyframe. `format` is not looked
// at.
std::vector<std::vector<std::uint8_t>> encode_pictures(const ClipSpec& spec);

}  // namespace sentinel::media
