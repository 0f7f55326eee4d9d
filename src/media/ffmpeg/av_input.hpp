// One opened demuxer and its video stream.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "media/ffmpeg/av_handles.hpp"
#include "media/ffmpeg/av_watch.hpp"
#include "media/file_guard.hpp"
#include "media/url.hpp"

namespace sentinel::media {

// Used by one thread, which holds an AvLogScope for the messages.
class AvInput {
 public:
  struct Timeouts {
    std::chrono::milliseconds connect{5000};
    std::chrono::milliseconds stall{5000};
  };

  // `watch` outlives this.
  AvInput(AvWatch& watch, const Timeouts& timeouts) : watch_{watch}, timeouts_{timeouts} {}
  AvInput(const AvInput&) = delete;
  AvInput& operator=(const AvInput&) = delete;
  ~AvInput();

  // `url` carries a numeric address and, where needed, credentials; it is handed to libav and kept nowhere
  // else.
  Status open_camera(const std::string& url, UrlScheme scheme);
  // Reads `file`, a regular file, from its beginning by position: the descriptor's own offset is not used, so
  // one descriptor serves any number of openings, one at a time. Its name is not known here and its extension
  // not looked at.
  Status open_file(const OwnedFd& file);

  // The next packet of the video stream into `packet`, which is emptied first. False at the end of a file.
  // kUnavailable: the camera is gone, or gave no video for Timeouts::stall.
  Result<bool> read(AVPacket& packet);

  const AVStream& video() const { return *video_; }
  // By the container or the codec, else 25 frames a second.
  std::chrono::microseconds frame_duration() const;
  // By the container; empty where it does not say.
  std::optional<std::chrono::microseconds> length() const;

 private:
  struct FileReader;

  Status open(const std::string& url, const AVInputFormat* format, AvOptions options);
  Status look_into_streams();
  Status find_video();
  Error fail(int code, bool reading) const;

  AvWatch& watch_;
  Timeouts timeouts_;
  bool live_ = false;
  // In the order of their making: the demuxer reads from the I/O context, which reads from the file.
  std::shared_ptr<FileReader> reader_;
  AvIoPtr io_;
  AvInputPtr format_;
  AVStream* video_ = nullptr;
};

}  // namespace sentinel::media
