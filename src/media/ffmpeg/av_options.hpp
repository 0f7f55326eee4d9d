// What libav is allowed to do, in one place: protocols, formats, codecs and sizes. A camera and a file are
// attackers.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "media/ffmpeg/av_handles.hpp"
#include "media/url.hpp"

namespace sentinel::media {

// Pictures beyond either bound are refused: above every camera on the market (8K is 7680 x 4320 =
// 33,177,600).
inline constexpr int kSideMax = 8192;
inline constexpr std::int64_t kPixelsMax = 8192LL * 4320;

// Enough to find the first picture of a stream with one keyframe every two seconds; a file's header may be
// larger (moov is read whatever its size).
inline constexpr std::int64_t kProbeBytesMax = 5'000'000;
inline constexpr std::chrono::microseconds kAnalyzeMax{3'000'000};

// For the opening of a regular file, which comes as a descriptor: no protocol, no reference to another file.
AvOptions file_options();
// For RTSP over TCP: the one connection, video alone, nothing else.
AvOptions rtsp_options(UrlScheme scheme, std::chrono::microseconds connect_timeout);
// For the decoders, also those that libav opens itself to look at a stream.
AvOptions decoder_options();

// The decoder of an allowed codec. kUnsupported: it is not allowed; the message names the codec.
Result<const AVCodec*> allowed_decoder(AVCodecID codec);

// kTooLarge over the bounds above.
Status check_size(int width, int height);

}  // namespace sentinel::media
