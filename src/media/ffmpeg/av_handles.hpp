// Owners of libav's objects. Included inside media/ffmpeg alone.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
#include <libavutil/frame.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <string>

namespace sentinel::media {

struct AvFree {
  void operator()(AVFrame* frame) const noexcept { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const noexcept { av_packet_free(&packet); }
  void operator()(AVCodecContext* codec) const noexcept { avcodec_free_context(&codec); }
  void operator()(AVFormatContext* format) const noexcept { avformat_close_input(&format); }
  void operator()(SwsContext* scaler) const noexcept { sws_freeContext(scaler); }
  void operator()(AVIOContext* io) const noexcept {
    av_freep(&io->buffer);  // libav replaces the buffer it was given at will
    avio_context_free(&io);
  }
};

using AvFramePtr = std::unique_ptr<AVFrame, AvFree>;
using AvPacketPtr = std::unique_ptr<AVPacket, AvFree>;
using AvCodecPtr = std::unique_ptr<AVCodecContext, AvFree>;
using AvInputPtr = std::unique_ptr<AVFormatContext, AvFree>;
using AvIoPtr = std::unique_ptr<AVIOContext, AvFree>;
using SwsPtr = std::unique_ptr<SwsContext, AvFree>;

// Options by name, handed to libav, which takes out those it knows.
class AvOptions {
 public:
  AvOptions() = default;
  AvOptions(const AvOptions& other) { av_dict_copy(&dict_, other.dict_, 0); }
  AvOptions(AvOptions&& other) noexcept : dict_{other.dict_} { other.dict_ = nullptr; }
  AvOptions& operator=(const AvOptions&) = delete;
  AvOptions& operator=(AvOptions&&) = delete;
  ~AvOptions() { av_dict_free(&dict_); }

  void set(const char* name, const std::string& value) { av_dict_set(&dict_, name, value.c_str(), 0); }
  AVDictionary** get() { return &dict_; }
  // The first option that libav did not take: a misspelt or absent one. Empty when all were taken.
  std::string unknown() const {
    const AVDictionaryEntry* left = av_dict_get(dict_, "", nullptr, AV_DICT_IGNORE_SUFFIX);
    return left == nullptr ? std::string{} : std::string{left->key};
  }

 private:
  AVDictionary* dict_ = nullptr;
};

}  // namespace sentinel::media
