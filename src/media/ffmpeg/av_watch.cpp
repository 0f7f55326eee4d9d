#include "media/ffmpeg/av_watch.hpp"

#include <cstring>

namespace sentinel::media {

void AvWatch::arm(std::chrono::milliseconds span) {
  deadline_ = clock_.mono_now() + span;
  expired_ = false;
}

bool AvWatch::should_stop() {
  if (interrupt_.requested()) return true;
  if (clock_.mono_now() >= deadline_) expired_ = true;
  return expired_;
}

void AvWatch::attach(AVFormatContext* format, bool one_connection) {
  format_ = format;
  one_connection_ = one_connection;
  format->interrupt_callback = AVIOInterruptCB{&AvWatch::ask, this};
}

int AvWatch::ask(void* self) {
  auto& watch = *static_cast<AvWatch*>(self);
  if (watch.one_connection_ && watch.format_->protocol_whitelist != nullptr) {
    // In place: libav may hold the pointer. No protocol's name contains a dash.
    std::memset(watch.format_->protocol_whitelist, '-', std::strlen(watch.format_->protocol_whitelist));
    if (watch.url_.empty()) watch.url_ = watch.format_->url;
  }
  return watch.should_stop() ? 1 : 0;
}

void AvWatch::on_message(const void* speaker) {
  if (speaker == nullptr || speaker != format_ || url_.empty() || format_->url == nullptr) return;
  if (url_ != format_->url) redirected_ = true;
}

}  // namespace sentinel::media
