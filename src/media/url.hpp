// Camera addresses as text: taken apart, checked, and put together again. Pure; libav never parses what a
// user wrote.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "domain/camera.hpp"

namespace sentinel::media {

enum class UrlScheme { kRtsp, kRtsps, kFile };

// Bytes of a whole address. libav cuts the path of an RTSP URL off at 1,023 bytes without a word
// (libavformat/rtsp.c).
inline constexpr std::size_t kUrlBytesMax = 1000;
// Bytes of "user:password" after percent-encoding: libav's buffer holds 127 and cuts the rest off silently.
inline constexpr std::size_t kUserinfoBytesMax = 127;

// An address without credentials: there is no member that could hold them.
struct CameraUrl {
  UrlScheme scheme = UrlScheme::kRtsp;
  std::string host;                   // name or numeric, IPv6 without brackets; empty for a file
  std::optional<std::uint16_t> port;  // as written; effective_port() knows the default
  std::string target;  // RTSP: path and query, still percent-encoded. File: the decoded absolute path
};

struct ParsedUrl {
  CameraUrl url;
  std::optional<domain::CameraCredentials> credentials;  // percent-decoded
};

// Reads "rtsp[s]://[user[:password]@]host[:port][/path][?query]" and "file:///absolute/path".
// kInvalid: not such an address, over kUrlBytesMax, with control characters, spaces or a fragment;
// kUnsupported: another scheme. No message repeats the address, since it may hold a password.
Result<ParsedUrl> parse_camera_url(std::string_view text);

// The address as it is stored, shown and logged.
std::string to_text(const CameraUrl& url);

// 554 for rtsp, 322 for rtsps (IANA), unless the address names one.
std::uint16_t effective_port(const CameraUrl& url);

// "user:password" percent-encoded for the authority part of a URL. kInvalid: a password alone, a colon in the
// user name (RFC 7617 has none, and digest would split there), control characters, or over kUserinfoBytesMax.
Result<std::string> encode_userinfo(const domain::CameraCredentials& credentials);

// Any text with every secret of an address made unreadable: the userinfo of "scheme://user:password@host" and
// the values of query keys that carry passwords ("password=", "pwd=", "token=", ...). For logs and display;
// masks rather too much than too little.
std::string mask_secrets(std::string_view text);

}  // namespace sentinel::media
