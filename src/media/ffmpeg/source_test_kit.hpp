// What the tests of the libav source share. Part of no library: only *_test.cpp files include it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "media/ffmpeg/av_source.hpp"
#include "media/ffmpeg/clip_writer.hpp"
#include "tests/fakes/temp_folder.hpp"

namespace sentinel::media {

// A folder of its own for each test; the only root of files, while loopback is an allowed network.
class SourceTest : public ::testing::Test {
 protected:
  SourceGuards guards() const {
    return {NetworkGuard::from_cidrs({"127.0.0.0/8"}).value(), FileGuard::from_roots({folder_}).value()};
  }

  std::unique_ptr<Source> source_of(SourceConfig config) const {
    return make_av_source(std::move(config), guards(), clock_);
  }

  SourceConfig file_config(const std::string& name) const {
    SourceConfig config;
    config.camera_id = "camera_1";
    config.url = "file://" + (folder_ / name).string();
    config.pace = Pace::kFastest;
    return config;
  }

  static SourceConfig camera_config(const std::string& url) {
    SourceConfig config;
    config.camera_id = "camera_1";
    config.url = url;
    config.stall_timeout = std::chrono::milliseconds{300};
    return config;
  }

  std::string clip(const std::string& name, const ClipSpec& spec) const {
    write_clip(folder_ / name, spec);
    return name;
  }

  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream{folder_ / name, std::ios::binary} << bytes;
  }
  std::string bytes_of(const std::string& name) const {
    std::ifstream in{folder_ / name, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  // Reads until the end or an error; at most `count_max` pictures.
  static std::vector<domain::FramePtr> read_all(Source& source, std::size_t count_max = 10'000) {
    std::vector<domain::FramePtr> out;
    while (out.size() < count_max) {
      auto frame = source.read();
      if (!frame || !*frame) break;
      out.push_back(std::move(*frame));
    }
    return out;
  }

  static int luma_of(const domain::Frame& frame) {
    return frame.planes[0][frame.height / 2 * frame.strides[0] + frame.width / 2];
  }

  const fakes::TempFolder own_;
  const std::filesystem::path folder_ = own_.path();
  SystemClock clock_;
};

}  // namespace sentinel::media
