// For the tests of this folder: users by token, and a client of plain sockets that shows every byte.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/guarded.hpp"
#include "http/authenticator.hpp"

namespace sentinel::http::testing {

inline auth::Caller caller(std::int64_t id, std::string name, auth::Role role) {
  return {.user_id = id,
          .username = std::move(name),
          .role = role,
          .cameras = auth::CameraRights::everything(),
          .session_id = "s",
          .expires_at = UtcTime{std::chrono::hours{24 * 365 * 200}}};
}

// Knows "viewer", "operator" and "admin", the tokens being the names; tokens can be added and taken away.
class FakeAuthenticator final : public Authenticator {
 public:
  FakeAuthenticator() {
    set("viewer", caller(1, "vera", auth::Role::kViewer));
    set("operator", caller(2, "otto", auth::Role::kOperator));
    set("admin", caller(3, "ada", auth::Role::kAdmin));
  }
  void set(const std::string& token, const auth::Caller& who) {
    callers_.with([&](auto& callers) { callers.insert_or_assign(token, who); });
  }
  void forget(const std::string& token) {
    callers_.with([&](auto& callers) { callers.erase(token); });
  }
  Result<auth::Caller> authenticate(std::string_view token) override {
    return callers_.with([&](auto& callers) -> Result<auth::Caller> {
      const auto found = callers.find(std::string{token});
      if (found != callers.end()) return found->second;
      return Error{ErrorKind::kUnauthenticated, ClientText{"Could not validate credentials"}};
    });
  }

 private:
  Guarded<std::map<std::string, auth::Caller>> callers_;
};

struct Reply {
  int status = 0;
  std::string head;  // with the status line, in the server's spelling
  std::string body;

  bool has(std::string_view text) const { return head.find(text) != std::string::npos; }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      throw std::runtime_error("cannot connect");
    }
  }
  ~RawClient() { ::close(fd_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  // False when the server has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  // Reads until `buffer` has `count` bytes; false at the end of the stream or after 10 s.
  bool fill(std::size_t count) {
    while (buffer_.size() < count) {
      if (!receive()) return false;
    }
    return true;
  }
  std::string take(std::size_t count) {
    std::string taken = buffer_.substr(0, count);
    buffer_.erase(0, count);
    return taken;
  }

  // One reply with Content-Length. Status 0 when the stream ended instead.
  Reply read_reply(bool has_body = true) {
    Reply reply;
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!receive()) return reply;
    }
    reply.head = take(end + 4);
    reply.status = std::stoi(reply.head.substr(9, 3));
    const std::size_t length = reply.head.find("Content-Length: ");
    if (!has_body || length == std::string::npos) return reply;
    const auto count = static_cast<std::size_t>(std::stoul(reply.head.substr(length + 16)));
    if (!fill(count)) return {};
    reply.body = take(count);
    return reply;
  }
  Reply ask(std::string_view bytes) {
    send(bytes);
    return read_reply();
  }
  // True when the server ends the stream within 10 s, whatever it sends before.
  bool is_closed() {
    while (receive()) buffer_.clear();
    return ended_;
  }
  int fd() const { return fd_; }

 private:
  bool receive() {
    pollfd poll_fd{.fd = fd_, .events = POLLIN, .revents = 0};
    if (::poll(&poll_fd, 1, 10'000) <= 0) return false;
    char bytes[16384];
    const ssize_t count = ::recv(fd_, bytes, sizeof(bytes), 0);
    if (count <= 0) {
      ended_ = true;
      return false;
    }
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  int fd_;
  std::string buffer_;
  bool ended_ = false;
};

}  // namespace sentinel::http::testing
