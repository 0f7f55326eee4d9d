#include "media/ffmpeg/av_frame.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <fmt/format.h>

#include "media/ffmpeg/av_options.hpp"

namespace sentinel::media {
namespace {

bool is_planar_420(const AVFrame& picture) {
  const bool format = picture.format == AV_PIX_FMT_YUV420P || picture.format == AV_PIX_FMT_YUVJ420P;
  return format && picture.linesize[0] > 0 && picture.linesize[1] > 0 && picture.linesize[2] > 0;
}

bool is_rgb(const AVFrame& picture) {
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(picture.format));
  return format != nullptr && (format->flags & AV_PIX_FMT_FLAG_RGB) != 0;
}

Error bad_format(const AVFrame& picture) {
  const char* name = av_get_pix_fmt_name(static_cast<AVPixelFormat>(picture.format));
  return Error{ErrorKind::kUnsupported, ClientText{fmt::format("Pictures of the format {} cannot be used",
                                                               name == nullptr ? "?" : name)}};
}

}  // namespace

domain::ColorMatrix color_matrix_of(const AVFrame& picture) {
  switch (picture.colorspace) {
    case AVCOL_SPC_BT709:
    case AVCOL_SPC_BT2020_NCL:  // not ours to tell apart, and nearer to BT.709
    case AVCOL_SPC_BT2020_CL:
      return domain::ColorMatrix::kBt709;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
    case AVCOL_SPC_FCC:
    case AVCOL_SPC_SMPTE240M:
      return domain::ColorMatrix::kBt601;
    default:
      break;
  }
  const bool large = picture.width > 1024 || picture.height > 576;
  return large && !is_rgb(picture) ? domain::ColorMatrix::kBt709 : domain::ColorMatrix::kBt601;
}

domain::ColorRange color_range_of(const AVFrame& picture) {
  switch (picture.format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ411P:
      return domain::ColorRange::kFull;
    default:
      return picture.color_range == AVCOL_RANGE_JPEG ? domain::ColorRange::kFull
                                                     : domain::ColorRange::kLimited;
  }
}

Result<AvFramePtr> FrameMaker::convert(const AVFrame& picture) {
  const auto from = static_cast<AVPixelFormat>(picture.format);
  if (sws_isSupportedInput(from) == 0) return bad_format(picture);
  scaler_.reset(sws_getCachedContext(scaler_.release(), picture.width, picture.height, from, picture.width,
                                     picture.height, AV_PIX_FMT_YUV420P, SWS_BILINEAR, nullptr, nullptr,
                                     nullptr));
  if (!scaler_) return bad_format(picture);
  // The same matrix and range on both sides: samples move, their meaning stays. RGB has neither and becomes
  // BT.601.
  const int* table = sws_getCoefficients(
      color_matrix_of(picture) == domain::ColorMatrix::kBt709 ? SWS_CS_ITU709 : SWS_CS_ITU601);
  const int full = color_range_of(picture) == domain::ColorRange::kFull ? 1 : 0;
  sws_setColorspaceDetails(scaler_.get(), table, is_rgb(picture) ? 1 : full, table, full, 0, 1 << 16,
                           1 << 16);
  AvFramePtr out{av_frame_alloc()};
  if (!out) return unavailable("There is not enough memory for a picture");
  out->format = AV_PIX_FMT_YUV420P;
  out->width = picture.width;
  out->height = picture.height;
  if (av_frame_get_buffer(out.get(), 0) < 0) return unavailable("There is not enough memory for a picture");
  sws_scale(scaler_.get(), picture.data, picture.linesize, 0, picture.height, out->data, out->linesize);
  return out;
}

Result<domain::Frame> FrameMaker::make(AvFramePtr picture) {
  if (const auto fits = check_size(picture->width, picture->height); !fits) return fits.error();
  domain::Frame frame;
  frame.width = picture->width;
  frame.height = picture->height;
  frame.matrix = color_matrix_of(*picture);
  frame.range = color_range_of(*picture);
  if (!is_planar_420(*picture)) {
    auto converted = convert(*picture);
    if (!converted) return converted.error();
    picture = std::move(*converted);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    frame.planes[i] = picture->data[i];
    frame.strides[i] = picture->linesize[i];
  }
  frame.storage = std::shared_ptr<const AVFrame>{picture.release(), AvFree{}};
  return frame;
}

}  // namespace sentinel::media
