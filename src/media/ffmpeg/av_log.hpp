// libav's own messages: to our log at debug level, and the last complaint for the cause of an error.
#pragma once

#include <string>
#include <string_view>

#include "media/ffmpeg/av_watch.hpp"

namespace sentinel::media {

// While one lives on a thread, what libav says on that thread is logged under `scope` (the camera id) and its
// last warning or error is kept. Decoder threads of libav itself log under "libav". Text is masked with
// mask_secrets(). The first one installs libav's log callback for the process and bounds libav's single
// allocations (kAllocMax).
class AvLogScope {
 public:
  // `watch`, where given, is told of every message.
  explicit AvLogScope(std::string_view scope, AvWatch* watch = nullptr);
  ~AvLogScope();
  AvLogScope(const AvLogScope&) = delete;
  AvLogScope& operator=(const AvLogScope&) = delete;

  const std::string& last_complaint() const { return complaint_; }
  const std::string& name() const { return name_; }

  // For the callback.
  void note(std::string complaint) { complaint_ = std::move(complaint); }
  void pass_on(const void* speaker) const {
    if (watch_ != nullptr) watch_->on_message(speaker);
  }

  // A camera may announce an SDP of 2 GB and libav would allocate it. The largest picture takes 200 MB as
  // 4:4:4 of 16 bits.
  static constexpr std::size_t kAllocMax = 256U << 20;

 private:
  std::string name_;
  std::string complaint_;
  AvWatch* watch_;
  AvLogScope* outer_;
};

// The last complaint in the innermost scope of this thread; empty where there is none.
std::string current_complaint();

}  // namespace sentinel::media
