#include "media/ffmpeg/av_decoder.hpp"

#include "media/ffmpeg/av_log.hpp"
#include "media/ffmpeg/av_options.hpp"

namespace sentinel::media {

Status AvDecoder::open(const AVStream& stream, int threads, bool live) {
  const auto decoder = allowed_decoder(stream.codecpar->codec_id);
  if (!decoder) return decoder.error();
  codec_.reset(avcodec_alloc_context3(*decoder));
  if (!codec_ || avcodec_parameters_to_context(codec_.get(), stream.codecpar) < 0) {
    return unavailable("There is not enough memory for the decoder");
  }
  codec_->pkt_timebase = stream.time_base;
  codec_->thread_count = threads;
  // Frame threads hold back one picture each; a camera's pictures are wanted when they come.
  codec_->thread_type = live ? FF_THREAD_SLICE : FF_THREAD_FRAME | FF_THREAD_SLICE;
  AvOptions options = decoder_options();
  if (avcodec_open2(codec_.get(), *decoder, options.get()) < 0) {
    return Error{ErrorKind::kUnsupported, ClientText{"The video's coding parameters cannot be decoded"},
                 LogText{current_complaint()}};
  }
  return {};
}

void AvDecoder::on_loss() {
  ++errors_;
  gate_.on_loss();
}

void AvDecoder::send(const AVPacket* packet) {
  if (packet != nullptr) {
    if ((packet->flags & AV_PKT_FLAG_CORRUPT) != 0) on_loss();
    if (!gate_.admit((packet->flags & AV_PKT_FLAG_KEY) != 0)) {
      ++skipped_;
      return;
    }
  }
  const int code = avcodec_send_packet(codec_.get(), packet);
  if (code >= 0 || code == AVERROR_EOF) return;
  ++skipped_;
  on_loss();
}

AvFramePtr AvDecoder::receive() {
  AvFramePtr frame{av_frame_alloc()};
  while (frame) {
    const int code = avcodec_receive_frame(codec_.get(), frame.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return nullptr;
    const bool damaged =
        code < 0 || frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0;
    if (!damaged) return frame;
    ++skipped_;
    on_loss();
    av_frame_unref(frame.get());
  }
  return nullptr;
}

void AvDecoder::restart() {
  avcodec_flush_buffers(codec_.get());
  gate_ = KeyframeGate{};
}

}  // namespace sentinel::media
