#include "media/jpeg.hpp"

#include <turbojpeg.h>

#include <array>
#include <memory>

#include "media/draw.hpp"
#include "media/yuv_image.hpp"

namespace sentinel::media {
namespace {

struct EncoderFree {
  void operator()(void* encoder) const noexcept { tjDestroy(encoder); }
};

// One per thread: making one costs more than encoding a thumbnail.
tjhandle encoder() {
  thread_local const std::unique_ptr<void, EncoderFree> instance{tjInitCompress()};
  return instance.get();
}

struct Planes {
  int width;
  int height;
  std::array<const std::uint8_t*, 3> data;
  std::array<int, 3> strides;
};

Result<std::vector<std::uint8_t>> compress(const Planes& planes, int quality) {
  const unsigned long bound = tjBufSize(planes.width, planes.height, TJSAMP_420);
  if (encoder() == nullptr || bound == static_cast<unsigned long>(-1)) return internal("no JPEG encoder");
  // Not filled with zeros: most of the bound is never touched.
  const auto buffer = std::make_unique_for_overwrite<std::uint8_t[]>(bound);
  unsigned char* out = buffer.get();
  unsigned long size = bound;
  auto data = planes.data;
  if (tjCompressFromYUVPlanes(encoder(), data.data(), planes.width, planes.strides.data(), planes.height,
                              TJSAMP_420, &out, &size, quality, TJFLAG_NOREALLOC) != 0) {
    return internal(std::string{"JPEG: "} + tjGetErrorStr2(encoder()));
  }
  return std::vector<std::uint8_t>(out, out + size);
}

// The frame's own memory can be encoded: its colours are JPEG's, and its sides even as the encoder wants
// them.
bool fits_as_it_is(const domain::Frame& frame, int width_max) {
  return frame.matrix == domain::ColorMatrix::kBt601 && frame.range == domain::ColorRange::kFull &&
         frame.width % 2 == 0 && frame.height % 2 == 0 && (width_max == 0 || frame.width <= width_max);
}

}  // namespace

Result<std::vector<std::uint8_t>> encode_jpeg(const domain::Frame& frame,
                                              const std::vector<Overlay>& overlays, int quality,
                                              int width_max) {
  if (quality < 1 || quality > 100) return invalid("The quality of a JPEG is 1 to 100");
  if (width_max < 0) return invalid("The width of a JPEG must not be negative");
  if (frame.width < 1 || frame.height < 1) return invalid("The frame has no pixels");
  if (overlays.empty() && fits_as_it_is(frame, width_max)) {
    return compress({frame.width, frame.height, frame.planes, frame.strides}, quality);
  }
  YuvImage image = to_jpeg_colors(frame, width_max);
  const double zoom = static_cast<double>(image.width()) / frame.width;
  for (const Overlay& overlay : overlays) draw_overlay(image, overlay, zoom);
  return compress({image.width(),
                   image.height(),
                   {image.row(0, 0), image.row(1, 0), image.row(2, 0)},
                   {image.stride(0), image.stride(1), image.stride(2)}},
                  quality);
}

}  // namespace sentinel::media
