#include "media/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace sentinel::media {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_control);
}

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Empty when a percent sign is not followed by two hexadecimal digits, or when a NUL comes out.
std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0 || high * 16 + low == 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

void append_encoded(std::string& out, std::string_view text) {
  for (const char c : text) {
    // The characters that RFC 3986 calls unreserved, and sub-delims that no parser splits at.
    if (is_alnum(c) || std::string_view{"-._~!$&'()*+,;="}.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
}

std::optional<UrlScheme> scheme_of(std::string_view name) {
  if (name == "rtsp") return UrlScheme::kRtsp;
  if (name == "rtsps") return UrlScheme::kRtsps;
  if (name == "file") return UrlScheme::kFile;
  return std::nullopt;
}

std::string_view name_of(UrlScheme scheme) {
  switch (scheme) {
    case UrlScheme::kRtsp:
      return "rtsp";
    case UrlScheme::kRtsps:
      return "rtsps";
    case UrlScheme::kFile:
      return "file";
  }
  return "";
}

Result<domain::CameraCredentials> parse_userinfo(std::string_view text) {
  const std::size_t colon = text.find(':');
  auto username = percent_decode(text.substr(0, colon));
  auto password = percent_decode(colon == std::string_view::npos ? "" : text.substr(colon + 1));
  if (!username || !password || has_control(*username) || has_control(*password)) {
    return invalid("The user or the password in the address is not percent-encoded correctly");
  }
  return domain::CameraCredentials{std::move(*username), std::move(*password)};
}

Result<std::uint16_t> parse_port(std::string_view text) {
  unsigned value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size() || value < 1 || value > 65535) {
    return invalid("The port of the address must be 1 to 65535");
  }
  return static_cast<std::uint16_t>(value);
}

bool is_host_name(std::string_view host) {
  return !host.empty() && host.size() <= 253 && host.front() != '-' &&
         std::all_of(host.begin(), host.end(),
                     [](char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_'; });
}

bool is_bracketed_address(std::string_view host) {
  return host.size() >= 2 && std::all_of(host.begin(), host.end(),
                                         [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; });
}

Status parse_host_port(std::string_view text, CameraUrl& out) {
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || !is_bracketed_address(text.substr(1, close - 1))) {
      return invalid("The address between [ and ] is not an IPv6 address");
    }
    out.host = lower(text.substr(1, close - 1));
    rest = text.substr(close + 1);
  } else {
    const std::size_t colon = text.find(':');
    out.host = lower(text.substr(0, colon));
    rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
    if (!is_host_name(out.host)) return invalid("The host of the address is missing or not a host name");
  }
  if (rest.empty()) return {};
  if (!rest.starts_with(':')) return invalid("After the host of the address comes a port or a path");
  const auto port = parse_port(rest.substr(1));
  if (!port) return port.error();
  out.port = *port;
  return {};
}

Result<ParsedUrl> parse_file(std::string_view rest) {
  // file:///path has an empty authority; another host's files are not ours to open.
  if (rest.starts_with("localhost/")) rest.remove_prefix(std::string_view{"localhost"}.size());
  if (!rest.starts_with('/')) return invalid("A file is addressed as file:///absolute/path");
  auto path = percent_decode(rest);
  if (!path || has_control(*path)) return invalid("The path of the file is not percent-encoded correctly");
  return ParsedUrl{CameraUrl{UrlScheme::kFile, {}, {}, std::move(*path)}, std::nullopt};
}

Result<ParsedUrl> parse_network(UrlScheme scheme, std::string_view rest) {
  const std::size_t end = rest.find_first_of("/?");
  std::string_view authority = rest.substr(0, end);
  ParsedUrl out;
  out.url.scheme = scheme;
  out.url.target = end == std::string_view::npos ? "" : std::string{rest.substr(end)};
  if (rest.find('#') != std::string_view::npos) return invalid("An address of a camera has no part after #");
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    auto credentials = parse_userinfo(authority.substr(0, at));
    if (!credentials) return credentials.error();
    out.credentials = std::move(*credentials);
    authority.remove_prefix(at + 1);
  }
  if (const auto host = parse_host_port(authority, out.url); !host) return host.error();
  return out;
}

constexpr std::array<std::string_view, 9> kSecretKeys{"password", "passwd", "passwort", "pwd", "pass",
                                                      "token",    "secret", "apikey",   "auth"};

// The userinfo ends at the last @ before the text's next blank or quote: a password with a raw / or @ in it
// stays hidden as well.
std::size_t userinfo_end(std::string_view text, std::size_t from) {
  const std::size_t end = text.find_first_of(" \t\r\n'\"<>", from);
  const std::string_view token = text.substr(from, end == std::string_view::npos ? end : end - from);
  const std::size_t at = token.rfind('@');
  return at == std::string_view::npos ? from : from + at;
}

// The length of "key=" when one of the secret keys starts at `at`, else 0.
std::size_t secret_key_length(std::string_view lowered, std::size_t at) {
  if (at > 0 && is_alnum(lowered[at - 1])) return 0;
  for (const std::string_view key : kSecretKeys) {
    const std::string_view rest = lowered.substr(at);
    if (rest.starts_with(key) && rest.substr(key.size()).starts_with('=')) return key.size() + 1;
  }
  return 0;
}

}  // namespace

Result<ParsedUrl> parse_camera_url(std::string_view text) {
  if (text.size() > kUrlBytesMax) {
    return invalid(fmt::format("The address is longer than {} bytes", kUrlBytesMax));
  }
  if (has_control(text) || text.find_first_of(" <>\"\\^`{|}") != std::string_view::npos) {
    return invalid("The address contains a blank, a control character or one that must be percent-encoded");
  }
  const std::size_t separator = text.find("://");
  if (separator == std::string_view::npos) {
    return invalid("The address must start with rtsp://, rtsps:// or file://");
  }
  const auto scheme = scheme_of(lower(text.substr(0, separator)));
  if (!scheme) {
    return Error{ErrorKind::kUnsupported,
                 ClientText{"Only rtsp://, rtsps:// and file:// addresses can be played"}};
  }
  const std::string_view rest = text.substr(separator + 3);
  return *scheme == UrlScheme::kFile ? parse_file(rest) : parse_network(*scheme, rest);
}

std::string to_text(const CameraUrl& url) {
  std::string out{name_of(url.scheme)};
  out += "://";
  if (url.scheme == UrlScheme::kFile) {
    for (const char c : url.target) {
      if (c == '/') {
        out.push_back(c);
      } else {
        append_encoded(out, std::string_view{&c, 1});
      }
    }
    return out;
  }
  out += url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  if (url.port) out += fmt::format(":{}", *url.port);
  return out + url.target;
}

std::uint16_t effective_port(const CameraUrl& url) {
  return url.port.value_or(url.scheme == UrlScheme::kRtsps ? 322 : 554);
}

Result<std::string> encode_userinfo(const domain::CameraCredentials& credentials) {
  if (credentials.username.empty() && !credentials.password.empty()) {
    return invalid("The camera's password stands without a user name; state both, or neither");
  }
  if (credentials.username.find(':') != std::string::npos) {
    return invalid("The camera's user name must not contain a colon");
  }
  if (has_control(credentials.username) || has_control(credentials.password)) {
    return invalid("The camera's user name and password must not contain control characters");
  }
  std::string out;
  append_encoded(out, credentials.username);
  out.push_back(':');
  append_encoded(out, credentials.password);
  if (out.size() > kUserinfoBytesMax) {
    return invalid(
        fmt::format("The camera's user name and password are longer than {} bytes together, where a "
                    "character other than a letter or digit may count three",
                    kUserinfoBytesMax - 1));
  }
  return out;
}

std::string mask_secrets(std::string_view text) {
  const std::string lowered = lower(text);
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with("://")) {
      out += "://";
      i += 3;
      if (const std::size_t end = userinfo_end(text, i); end > i) {
        out += "***";
        i = end;
      }
      continue;
    }
    if (const std::size_t key = secret_key_length(lowered, i); key > 0) {
      out.append(text.substr(i, key)).append("***");
      i = std::min(text.find_first_of("&; \t\r\n'\"<>", i + key), text.size());
      continue;
    }
    out.push_back(text[i++]);
  }
  return out;
}

}  // namespace sentinel::media
