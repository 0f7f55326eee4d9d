#include "media/ffmpeg/av_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sentinel::media {
namespace {

struct AllowedCodec {
  AVCodecID id;
  const char* decoder;  // libav's own, by name: no wrapper of a device or of another library
};

constexpr std::array kCodecs{
    AllowedCodec{AV_CODEC_ID_H264, "h264"},   AllowedCodec{AV_CODEC_ID_HEVC, "hevc"},
    AllowedCodec{AV_CODEC_ID_MPEG4, "mpeg4"}, AllowedCodec{AV_CODEC_ID_MSMPEG4V3, "msmpeg4"},
    AllowedCodec{AV_CODEC_ID_MJPEG, "mjpeg"},
};

constexpr const char* kFileFormats = "mov,mp4,matroska,webm,avi,mpegts,h264,hevc";

std::string codec_list() {
  std::string out;
  for (const auto& codec : kCodecs) out += (out.empty() ? "" : ",") + std::string{codec.decoder};
  return out;
}

AvOptions common_options() {
  AvOptions options;
  options.set("codec_whitelist", codec_list());
  options.set("probesize", std::to_string(kProbeBytesMax));
  options.set("analyzeduration", std::to_string(kAnalyzeMax.count()));
  options.set("max_streams", "64");
  return options;
}

}  // namespace

AvOptions file_options() {
  AvOptions options = common_options();
  options.set("format_whitelist", kFileFormats);
  options.set("protocol_whitelist", "none");  // no protocol has this name
  return options;
}

AvOptions rtsp_options(UrlScheme scheme, std::chrono::microseconds connect_timeout) {
  AvOptions options = common_options();
  options.set("format_whitelist", "rtsp");
  options.set("protocol_whitelist", scheme == UrlScheme::kRtsps ? "tls,tcp" : "tcp");
  options.set("rtsp_transport", "tcp");
  options.set("allowed_media_types", "video");
  options.set("timeout", std::to_string(connect_timeout.count()));
  options.set("user_agent", "Sentinel");
  return options;
}

AvOptions decoder_options() {
  AvOptions options;
  options.set("codec_whitelist", codec_list());
  options.set("max_pixels", std::to_string(kPixelsMax));
  return options;
}

Result<const AVCodec*> allowed_decoder(AVCodecID codec) {
  const auto* const found = std::find_if(kCodecs.begin(), kCodecs.end(),
                                         [&](const AllowedCodec& each) { return each.id == codec; });
  const AVCodec* decoder = found == kCodecs.end() ? nullptr : avcodec_find_decoder_by_name(found->decoder);
  if (decoder != nullptr) return decoder;
  const char* name = codec == AV_CODEC_ID_NONE ? "something unknown" : avcodec_get_name(codec);
  return Error{ErrorKind::kUnsupported,
               ClientText{fmt::format(
                   "Video coded as {} cannot be played; H.264, H.265, MPEG-4 and MJPEG can", name)}};
}

Status check_size(int width, int height) {
  if (width <= kSideMax && height <= kSideMax && std::int64_t{width} * height <= kPixelsMax) return {};
  return Error{
      ErrorKind::kTooLarge,
      ClientText{fmt::format("The pictures are {} x {} pixels; at most {} a side and {} in all can be played",
                             width, height, kSideMax, kPixelsMax)}};
}

}  // namespace sentinel::media
