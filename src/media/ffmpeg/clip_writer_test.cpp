#include "media/ffmpeg/clip_writer.hpp"

#include <gtest/gtest.h>

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <stdexcept>

#include "media/ffmpeg/av_log.hpp"

// Called by the leak checker, where there is one: x265 itself forgets a few blocks of each encoder.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libx265.so\n";
}

namespace sentinel::media {
namespace {

struct OutputFree {
  void operator()(AVFormatContext* format) const noexcept {
    avio_closep(&format->pb);
    avformat_free_context(format);
  }
};

void require(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(std::string{"the test clip cannot be written: "} + what);
}

AvCodecPtr open_encoder(const ClipSpec& spec, bool global_header) {
  const AvLogScope quiet{"clip"};  // installs our log, which says nothing below debug
  const AVCodec* encoder = avcodec_find_encoder_by_name(spec.encoder.c_str());
  require(encoder != nullptr, "no such encoder");
  AvCodecPtr codec{avcodec_alloc_context3(encoder)};
  codec->width = spec.width;
  codec->height = spec.height;
  codec->pix_fmt = spec.pixels;
  codec->time_base = AVRational{1, spec.fps};
  codec->framerate = AVRational{spec.fps, 1};
  codec->gop_size = spec.keyframe_every;
  codec->max_b_frames = spec.b_frames;
  codec->colorspace = spec.matrix;
  codec->color_range = spec.range;
  codec->thread_count = 1;
  if (global_header) codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  AvOptions options;
  options.set("preset", "ultrafast");
  options.set("x264-params", "scenecut=0");
  options.set("x265-params", "log-level=none");
  require(avcodec_open2(codec.get(), encoder, options.get()) == 0, "encoder");
  return codec;
}

void add_noise(AVFrame& frame, int n) {
  std::uint32_t seed = static_cast<std::uint32_t>(n) + 1;
  for (int i = 0; i < frame.linesize[0] * (frame.height / 2 - 8); ++i) {
    seed = seed * 1664525 + 1013904223;
    frame.data[0][i] = static_cast<std::uint8_t>(seed >> 24);
  }
}

AvFramePtr draw(const ClipSpec& spec, int n) {
  AvFramePtr frame{av_frame_alloc()};
  frame->format = spec.pixels;
  frame->width = spec.width;
  frame->height = spec.height;
  frame->pts = spec.pts(n);
  require(av_frame_get_buffer(frame.get(), 0) == 0, "picture");
  for (int plane = 0; plane < 3; ++plane) fill_plane(*frame, plane, plane == 0 ? clip_luma(n) : 128);
  if (spec.textured) add_noise(*frame, n);
  return frame;
}

void encode(AVCodecContext* codec, const AVFrame* frame, const std::function<void(AVPacket*)>& take) {
  require(avcodec_send_frame(codec, frame) == 0, "send");
  const AvPacketPtr packet{av_packet_alloc()};
  while (avcodec_receive_packet(codec, packet.get()) == 0) {
    packet->duration = 1;
    take(packet.get());
    av_packet_unref(packet.get());
  }
}

void encode_all(const ClipSpec& spec, AVCodecContext* codec, const std::function<void(AVPacket*)>& take) {
  for (int n = 0; n < spec.frames; ++n) encode(codec, draw(spec, n).get(), take);
  encode(codec, nullptr, take);
}

}  // namespace

void fill_plane(AVFrame& frame, int plane, int value) {
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  const int rows = plane == 0 ? frame.height : AV_CEIL_RSHIFT(frame.height, format->log2_chroma_h);
  if (frame.data[plane] == nullptr) return;
  std::fill_n(frame.data[plane], frame.linesize[plane] * rows, static_cast<std::uint8_t>(value));
}

int clip_luma(int picture) {
  return 40 + picture * 7 % 160;
}

void write_clip(const std::filesystem::path& path, const ClipSpec& spec) {
  AVFormatContext* made = nullptr;
  require(avformat_alloc_output_context2(&made, nullptr, spec.format.c_str(), path.c_str()) >= 0, "format");
  const std::unique_ptr<AVFormatContext, OutputFree> output{made};
  const AvCodecPtr codec = open_encoder(spec, (output->oformat->flags & AVFMT_GLOBALHEADER) != 0);
  AVStream* stream = avformat_new_stream(output.get(), nullptr);
  stream->time_base = codec->time_base;
  stream->avg_frame_rate = codec->framerate;
  require(avcodec_parameters_from_context(stream->codecpar, codec.get()) >= 0, "parameters");
  require(avio_open(&output->pb, path.c_str(), AVIO_FLAG_WRITE) >= 0, "file");
  require(avformat_write_header(output.get(), nullptr) >= 0, "header");
  encode_all(spec, codec.get(), [&](AVPacket* packet) {
    av_packet_rescale_ts(packet, codec->time_base, stream->time_base);
    require(av_write_frame(output.get(), packet) >= 0, "packet");
  });
  require(av_write_trailer(output.get()) >= 0, "trailer");
}

std::vector<std::vector<std::uint8_t>> encode_pictures(const ClipSpec& spec) {
  const AvCodecPtr codec = open_encoder(spec, false);
  std::vector<std::vector<std::uint8_t>> out;
  encode_all(spec, codec.get(),
             [&](AVPacket* packet) { out.emplace_back(packet->data, packet->data + packet->size); });
  return out;
}

namespace {

TEST(ClipWriter, WritesOnePacketPerPicture) {
  const auto pictures = encode_pictures(ClipSpec{});
  ASSERT_EQ(pictures.size(), 20U);
  EXPECT_GT(pictures.front().size(), 4U);
}

}  // namespace
}  // namespace sentinel::media
