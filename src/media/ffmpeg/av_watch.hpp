// What libav asks, again and again while it waits: whether to give up.
#pragma once

#include <chrono>
#include <string>

#include "base/clock.hpp"
#include "media/ffmpeg/av_handles.hpp"
#include "media/interrupt.hpp"

namespace sentinel::media {

// One per opening, used by the thread that reads. libav asks before every packet and ten times a second while
// it waits for a socket.
class AvWatch {
 public:
  AvWatch(const Clock& clock, const Interrupt& interrupt) : clock_{clock}, interrupt_{interrupt} {}
  AvWatch(const AvWatch&) = delete;
  AvWatch& operator=(const AvWatch&) = delete;

  // From now on, gives up after `span`.
  void arm(std::chrono::milliseconds span);
  bool should_stop();
  bool interrupted() const { return interrupt_.requested(); }
  bool expired() const { return expired_; }

  // Becomes the interrupt callback of `format`. With `one_connection`, libav's first question, which it asks
  // once the connection to the camera is under way, closes the protocol allowlist: libav follows RTSP
  // redirects (3xx) to any host (libavformat/rtsp.c, ff_rtsp_connect), and now fails there before it looks a
  // name up or sends a packet.
  void attach(AVFormatContext* format, bool one_connection);
  // `format` is about to be freed, or was by libav.
  void detach() { format_ = nullptr; }
  // libav said something about `speaker`: the time to see whether it was told to go elsewhere.
  void on_message(const void* speaker);
  bool redirected() const { return redirected_; }

 private:
  static int ask(void* self);

  const Clock& clock_;
  const Interrupt& interrupt_;
  AVFormatContext* format_ = nullptr;
  bool one_connection_ = false;
  std::string url_;
  MonoTime deadline_ = MonoTime::max();
  bool expired_ = false;
  bool redirected_ = false;
};

}  // namespace sentinel::media
