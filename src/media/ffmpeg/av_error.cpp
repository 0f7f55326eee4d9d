#include "media/ffmpeg/av_error.hpp"

extern "C" {
#include <libavutil/error.h>
}

#include <array>
#include <cerrno>

namespace sentinel::media {
namespace {

struct Meaning {
  ErrorKind kind;
  const char* text;
};

Meaning meaning_for_camera(int code, AvStage stage) {
  switch (code) {
    case AVERROR_HTTP_UNAUTHORIZED:
      return {ErrorKind::kUnauthenticated, "The camera refused the credentials"};
    case AVERROR_HTTP_FORBIDDEN:
      return {ErrorKind::kForbidden, "The camera denies this stream to the given user"};
    case AVERROR_HTTP_NOT_FOUND:
      return {ErrorKind::kNotFound, "The camera has no stream at this path"};
    case AVERROR_HTTP_BAD_REQUEST:
    case AVERROR_HTTP_OTHER_4XX:
      return {ErrorKind::kUnavailable, "The camera refused the request for its stream"};
    case AVERROR_HTTP_SERVER_ERROR:
      return {ErrorKind::kUnavailable, "The camera reports an error of its own"};
    case AVERROR(ECONNREFUSED):
      return {ErrorKind::kUnavailable, "The camera refused the connection: nothing listens at this port"};
    case AVERROR(EHOSTUNREACH):
    case AVERROR(ENETUNREACH):
    case AVERROR(EHOSTDOWN):
    case AVERROR(EADDRNOTAVAIL):
      return {ErrorKind::kUnavailable, "The camera cannot be reached"};
    case AVERROR(ETIMEDOUT):
      return {ErrorKind::kUnavailable, "The camera did not answer in time"};
    case AVERROR(ENOMEM):
      return {ErrorKind::kUnavailable,
              "The stream asks for more memory than there is or than a video may have"};
    case AVERROR_PATCHWELCOME:
    case AVERROR(EPROTONOSUPPORT):
    case AVERROR(ENOSYS):
      return {ErrorKind::kUnsupported, "The camera offers its stream in a way that cannot be played"};
    case AVERROR_INVALIDDATA:
      return {ErrorKind::kUnavailable, "The camera's answer is not RTSP or is damaged"};
    default:
      break;
  }
  if (stage == AvStage::kConnect)
    return {ErrorKind::kUnavailable, "The camera broke off while its stream was opened"};
  return {ErrorKind::kUnavailable, "The camera closed the connection"};
}

Meaning meaning_for_file(int code, AvStage stage) {
  if (code == AVERROR(ENOMEM))
    return {ErrorKind::kUnavailable, "The file asks for more memory than there is or than a video may have"};
  if (stage == AvStage::kReadFile) return {ErrorKind::kUnavailable, "The file cannot be read any further"};
  // libav answers EINVAL for a format that it knows and that is not on the allowlist.
  if (code == AVERROR(EINVAL) || code == AVERROR_PATCHWELCOME) {
    return {ErrorKind::kUnsupported, "The file is not MP4, Matroska, AVI, MPEG-TS, H.264 or H.265"};
  }
  return {ErrorKind::kInvalid, "The file is not a video, or is damaged or cut off"};
}

}  // namespace

Error map_av_error(int code, AvStage stage, const std::string& detail) {
  const bool camera = stage == AvStage::kConnect || stage == AvStage::kReadCamera;
  const Meaning meaning = camera ? meaning_for_camera(code, stage) : meaning_for_file(code, stage);
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  std::string cause{text.data()};
  if (!detail.empty()) cause += "; " + detail;
  return Error{meaning.kind, ClientText{meaning.text}, LogText{std::move(cause)}};
}

}  // namespace sentinel::media
