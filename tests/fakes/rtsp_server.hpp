// A tiny RTSP server on loopback for tests: one camera, H.264 over TCP, and misbehaviour on demand. It keeps
// no pace: pictures are sent as fast as they are taken.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/guarded.hpp"

namespace sentinel::fakes {

struct RtspScript {
  enum class Then { kClose, kSilence };
  std::string
      describe_reply;    // sent instead of the SDP when not empty: a whole response with "CSeq: $" in it
  bool mute = false;     // accepts and never answers
  std::string greeting;  // sent as soon as somebody connects
  std::vector<std::vector<std::uint8_t>> pictures;  // Annex B
  std::uint32_t first_timestamp = 1000;             // RTP, 90 kHz
  std::uint32_t timestamp_step = 3600;
  Then then = Then::kSilence;  // after the last picture
};

class RtspServer {
 public:
  explicit RtspServer(RtspScript script)
      : script_{std::move(script)}, listener_{::socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    if (listener_ < 0 || ::bind(listener_, raw, length) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, raw, &length) != 0) {
      throw std::runtime_error("no loopback socket for the test server");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread{[this](const std::stop_token& stop) { serve(stop); }};
  }
  RtspServer(const RtspServer&) = delete;
  RtspServer& operator=(const RtspServer&) = delete;
  ~RtspServer() {
    thread_.request_stop();
    thread_.join();
    ::close(listener_);
  }

  std::string url() const { return "rtsp://127.0.0.1:" + std::to_string(port_) + "/cam"; }
  int port() const { return port_; }
  int connections() const { return connections_; }
  std::string received() const { return received_.copy(); }  // all requests so far

 private:
  static constexpr int kPollMs = 10;

  static bool readable(int fd) {
    pollfd poll_fd{fd, POLLIN, 0};
    return ::poll(&poll_fd, 1, kPollMs) > 0;
  }

  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (!readable(listener_)) continue;
      const int client = ::accept(listener_, nullptr, nullptr);
      if (client < 0) continue;
      ++connections_;
      talk(client, stop);
      ::close(client);
    }
  }

  static void send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  void talk(int client, const std::stop_token& stop) {
    send_all(client, script_.greeting);
    std::string pending;
    while (!stop.stop_requested()) {
      if (!readable(client)) continue;
      char buffer[4096];
      const ssize_t got = ::recv(client, buffer, sizeof buffer, 0);
      if (got <= 0) return;
      const std::string text(buffer, static_cast<std::size_t>(got));
      received_.with([&](std::string& all) { all += text; });
      if (script_.mute) continue;
      pending += text;
      for (std::size_t end = 0; (end = pending.find("\r\n\r\n")) != std::string::npos;) {
        const std::string request = pending.substr(0, end);
        pending.erase(0, end + 4);
        if (!answer(client, request)) return;
      }
    }
  }

  static std::string sequence_of(const std::string& request) {
    const std::size_t at = request.find("CSeq: ");
    return at == std::string::npos ? "0" : request.substr(at + 6, request.find('\r', at) - at - 6);
  }

  // False when the connection ends with this answer.
  bool answer(int client, const std::string& request) {
    const std::string head =
        "RTSP/1.0 200 OK\r\nCSeq: " + sequence_of(request) + "\r\nSession: 1;timeout=60\r\n";
    if (request.starts_with("DESCRIBE")) {
      if (!script_.describe_reply.empty()) {
        std::string reply = script_.describe_reply;
        if (const std::size_t at = reply.find('$'); at != std::string::npos)
          reply.replace(at, 1, sequence_of(request));
        send_all(client, reply);
        return true;
      }
      const std::string sdp =
          "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\nc=IN IP4 0.0.0.0\r\n"
          "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\na=control:track1\r\n";
      send_all(client, head + "Content-Type: application/sdp\r\nContent-Length: " +
                           std::to_string(sdp.size()) + "\r\n\r\n" + sdp);
      return true;
    }
    if (request.starts_with("SETUP")) {
      send_all(client, head + "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n");
      return true;
    }
    send_all(client, head + "\r\n");
    if (!request.starts_with("PLAY")) return !request.starts_with("TEARDOWN");
    std::uint32_t timestamp = script_.first_timestamp;
    for (const auto& picture : script_.pictures) {
      send_picture(client, picture, timestamp);
      timestamp += script_.timestamp_step;
    }
    return script_.then != RtspScript::Then::kClose;
  }

  void send_picture(int client, const std::vector<std::uint8_t>& picture, std::uint32_t timestamp) {
    const std::string_view bytes{reinterpret_cast<const char*>(picture.data()), picture.size()};
    using namespace std::literals;
    constexpr std::string_view kStart = "\0\0\1"sv;
    std::size_t at = bytes.find(kStart);
    while (at != std::string_view::npos) {
      const std::size_t begin = at + kStart.size();
      at = bytes.find(kStart, begin);
      std::string_view unit = bytes.substr(begin, at == std::string_view::npos ? at : at - begin);
      while (!unit.empty() && unit.back() == '\0') unit.remove_suffix(1);
      send_unit(client, unit, timestamp, at == std::string_view::npos);
    }
  }

  // RFC 6184: a NAL unit as one packet, or as fragments (FU-A) of 1,200 bytes.
  void send_unit(int client, std::string_view unit, std::uint32_t timestamp, bool last) {
    constexpr std::size_t kFragment = 1200;
    if (unit.size() <= kFragment) return send_rtp(client, std::string{unit}, timestamp, last);
    const auto header = static_cast<std::uint8_t>(unit.front());
    for (std::size_t at = 1; at < unit.size(); at += kFragment) {
      const bool first = at == 1;
      const bool final = at + kFragment >= unit.size();
      std::string payload;
      payload.push_back(static_cast<char>((header & 0xe0) | 28));
      payload.push_back(static_cast<char>((header & 0x1f) | (first ? 0x80 : 0) | (final ? 0x40 : 0)));
      payload += unit.substr(at, kFragment);
      send_rtp(client, payload, timestamp, last && final);
    }
  }

  void send_rtp(int client, const std::string& payload, std::uint32_t timestamp, bool marker) {
    const std::size_t size = payload.size() + 12;
    std::string out{'$', '\0', static_cast<char>(size >> 8), static_cast<char>(size & 0xff)};
    out.push_back(static_cast<char>(0x80));
    out.push_back(static_cast<char>(96 | (marker ? 0x80 : 0)));
    for (int shift = 8; shift >= 0; shift -= 8) out.push_back(static_cast<char>((sequence_ >> shift) & 0xff));
    for (int shift = 24; shift >= 0; shift -= 8)
      out.push_back(static_cast<char>((timestamp >> shift) & 0xff));
    out += "SSRC";
    ++sequence_;
    send_all(client, out + payload);
  }

  const RtspScript script_;
  const int listener_;
  int port_ = 0;
  unsigned sequence_ = 1;
  std::atomic<int> connections_{0};
  Guarded<std::string> received_;
  std::jthread thread_;
};

}  // namespace sentinel::fakes
