#include "http/socket_connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace sentinel::http {
namespace {

using boost::system::error_code;

bool would_block(const error_code& error) {
  return error == boost::asio::error::would_block || error == boost::asio::error::try_again;
}

}  // namespace

SocketConnection::SocketConnection(Loop& loop, Socket socket) : loop_{loop}, socket_{std::move(socket)} {
  loop_.add(this);
}

SocketConnection::~SocketConnection() {
  loop_.remove(this);
}

void SocketConnection::begin_turn() {
  bytes_to_read_ = kTurnBytesMax;
  bytes_to_write_ = kTurnBytesMax;
  steps_ = kTurnStepsMax;
}

void SocketConnection::take_turn() {
  begin_turn();
  advance();
}

bool SocketConnection::take_step() {
  if (steps_ == 0) {
    yield();
    return false;
  }
  --steps_;
  return true;
}

std::string_view SocketConnection::receive() {
  if (bytes_to_read_ == 0) {
    yield();
    return {};
  }
  error_code error;
  auto& scratch = loop_.scratch();
  const std::size_t count = socket_.read_some(boost::asio::buffer(scratch), error);
  if (would_block(error)) {
    wait(Socket::wait_read, waits_readable_);
    return {};
  }
  if (error) {  // the end of the stream too: half-closed clients get no reply
    close();
    return {};
  }
  bytes_to_read_ -= std::min(count, bytes_to_read_);
  return {scratch.data(), count};
}

bool SocketConnection::send(std::string_view head, std::string_view body) {
  const std::size_t total = head.size() + body.size();
  while (sent_ < total) {
    if (bytes_to_write_ == 0) {
      yield();
      return false;
    }
    const std::size_t of_head = std::min(sent_, head.size());
    const std::array<boost::asio::const_buffer, 2> rest{boost::asio::buffer(head) + of_head,
                                                        boost::asio::buffer(body) + (sent_ - of_head)};
    error_code error;
    const std::size_t count = socket_.write_some(rest, error);
    sent_ += count;
    bytes_to_write_ -= std::min(count, bytes_to_write_);
    if (would_block(error)) {
      wait(Socket::wait_write, waits_writable_);
      return false;
    }
    if (error) {
      close();
      return false;
    }
  }
  return true;
}

void SocketConnection::wait(Socket::wait_type what, bool& waits) {
  if (std::exchange(waits, true)) return;
  socket_.async_wait(what, [self = shared_from_this(), &waits](const error_code& error) {
    waits = false;
    if (error) return self->close();
    if (!self->has_turn_) self->take_turn();
  });
}

void SocketConnection::yield() {
  if (std::exchange(has_turn_, true)) return;
  boost::asio::post(loop_.context(), [self = shared_from_this()] {
    self->has_turn_ = false;
    self->take_turn();
  });
}

}  // namespace sentinel::http
