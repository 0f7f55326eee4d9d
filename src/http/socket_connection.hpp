// What an HTTP session and a WebSocket have in common: a socket that never blocks, and turns on its loop.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "http/loop.hpp"

namespace sentinel::http {

// Asio tells when the socket is ready, and the reading and writing is done here at once, which saves a
// handler per operation. It is done in turns that have a bound: a client that never lets its socket run dry
// would otherwise keep the loop to itself, and no other connection, deadline or stop would come through.
// Lives as long as a wait, a turn to come or the owner's own handler holds it; made, used and destroyed on
// the loop's thread.
class SocketConnection : public Connection, public std::enable_shared_from_this<SocketConnection> {
 public:
  static constexpr std::size_t kTurnBytesMax = 128 * 1024;  // read; and as many written
  static constexpr int kTurnStepsMax = 16;                  // requests or messages

  SocketConnection(Loop& loop, Socket socket);
  ~SocketConnection() override;
  SocketConnection(const SocketConnection&) = delete;
  SocketConnection& operator=(const SocketConnection&) = delete;

  void abort() override { close(); }

 protected:
  // Does what can be done until it must wait, or until the turn is over.
  virtual void advance() = 0;
  virtual void close() = 0;

  // Begins a turn: the owner calls it from its handlers. take_turn() goes on to advance().
  void begin_turn();
  void take_turn();
  // Counts a request or a message; false when this turn has had its share: the rest comes in the next.
  bool take_step();
  // What has arrived, good until the loop's next handler; empty when the connection now waits, or is closed.
  std::string_view receive();
  // Writes both, less the first sent_ bytes; false when the connection now waits, or is closed.
  bool send(std::string_view head, std::string_view body);

  bool waits_readable() const { return waits_readable_; }
  bool waits_writable() const { return waits_writable_; }
  bool has_turn() const { return has_turn_; }  // the next one is to come

  Loop& loop_;
  Socket socket_;
  std::size_t sent_ = 0;  // bytes of what is being written

 private:
  void wait(Socket::wait_type what, bool& waits);
  // Goes on once the loop's other handlers had theirs.
  void yield();

  std::size_t bytes_to_read_ = 0;  // that the turn has left
  std::size_t bytes_to_write_ = 0;
  int steps_ = 0;
  bool has_turn_ = false;
  bool waits_readable_ = false;
  bool waits_writable_ = false;
};

}  // namespace sentinel::http
