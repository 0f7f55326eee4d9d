// Packets to pictures.
#pragma once

#include <cstdint>
#include <utility>

#include "base/error.hpp"
#include "media/ffmpeg/av_handles.hpp"
#include "media/keyframe_gate.hpp"

namespace sentinel::media {

// Damage is expected: a packet that cannot be decoded and a picture with errors in it are counted and
// skipped, and so is all up to the next keyframe, because what refers to a lost picture is wrong without
// looking so.
class AvDecoder {
 public:
  // kUnsupported: the codec is not allowed, or its parameters are beyond the decoder.
  Status open(const AVStream& stream, int threads, bool live);

  // Takes one packet; all pictures must have been received before. Null: the stream is over, which brings out
  // the pictures still held back for their order.
  void send(const AVPacket* packet);
  // The next whole picture, or null when the decoder wants more packets (or, after send(nullptr), has no
  // more).
  AvFramePtr receive();
  // Ready for packets again after send(nullptr), of the same stream from its beginning.
  void restart();

  std::uint64_t errors() const { return errors_; }
  // Pictures lost or passed over since the last call.
  int take_skipped() { return std::exchange(skipped_, 0); }

 private:
  void on_loss();

  AvCodecPtr codec_;
  KeyframeGate gate_;
  std::uint64_t errors_ = 0;
  int skipped_ = 0;
};

}  // namespace sentinel::media
