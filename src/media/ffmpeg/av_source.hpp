// Source over libav (libavformat 59, FFmpeg 5.1): files, and RTSP cameras over TCP.
#pragma once

#include <memory>
#include <string>

#include "base/clock.hpp"
#include "media/file_guard.hpp"
#include "media/host_lookup.hpp"
#include "media/network_guard.hpp"
#include "media/source.hpp"

namespace sentinel::media {

// What sources may reach. Copied into each.
struct SourceGuards {
  NetworkGuard network;
  FileGuard files;
  HostLookup lookup{};
};

// All that can be said of a source without opening it, looking a name up or touching a camera: for the moment
// a camera is created. kInvalid, kUnsupported: the URL or the credentials are unfit. kForbidden: a numeric
// address outside CAMERA_ALLOWED_NETWORKS or a file outside FILE_SOURCE_ROOTS. kNotFound, kUnavailable: the
// file cannot be opened.
Status check_source(const SourceConfig& config, const SourceGuards& guards);

// A source that reads `config.url`. Nothing is opened or checked before open(). `clock` outlives it.
// - A URL without "://" is a path, for `sentinel analyze`; the guard on files judges it all the same.
// - Credentials come from `config.credentials`, else from the URL.
// - Captured time: live, see TimeAnchor; a file, the time of its opening plus stream time, later by what it
// slipped.
// - A live stream without a picture for kPictureWaitMax ends with kUnavailable, whatever data it sends.
// - rtsps encrypts and does not verify the certificate: cameras have self-made ones, and libav 5.1 offers no
// way to
//   pin one through its RTSP demuxer.
std::unique_ptr<Source> make_av_source(SourceConfig config, SourceGuards guards, const Clock& clock);
inline constexpr std::chrono::seconds kPictureWaitMax{30};

SourceFactory make_av_source_factory(SourceGuards guards, const Clock& clock);

}  // namespace sentinel::media
