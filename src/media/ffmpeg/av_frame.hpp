// Decoded pictures as domain::Frame: by reference where they are planar 4:2:0 already, else converted.
#pragma once

#include "base/error.hpp"
#include "domain/frame.hpp"
#include "media/ffmpeg/av_handles.hpp"

namespace sentinel::media {

// What a picture without the two tells: sizes above 1024 x 576 are BT.709, as players assume.
domain::ColorMatrix color_matrix_of(const AVFrame& picture);
domain::ColorRange color_range_of(const AVFrame& picture);

// Keeps the converter between pictures of the same size and format. Used by one thread.
class FrameMaker {
 public:
  // Fills size, colours, planes and storage of a frame; the rest is the caller's. The planes stay libav's own
  // memory for 8-bit 4:2:0. kTooLarge: beyond check_size(); kUnsupported: a pixel format that cannot be
  // converted.
  Result<domain::Frame> make(AvFramePtr picture);

 private:
  Result<AvFramePtr> convert(const AVFrame& picture);

  SwsPtr scaler_;
};

}  // namespace sentinel::media
