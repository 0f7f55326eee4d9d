// One HTTP/1.x connection on its loop.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "http/cors.hpp"
#include "http/quota.hpp"
#include "http/reply_text.hpp"
#include "http/request_parser.hpp"
#include "http/responder.hpp"
#include "http/server.hpp"
#include "http/socket_connection.hpp"
#include "http/unread.hpp"
#include "http/worker_pool.hpp"

namespace sentinel::http {

// What the sessions of one server share.
struct ServerParts {
  const ServerConfig& config;
  const Responder& responder;
  const Cors& cors;
  WorkerPool& pool;
  WorkerPool& slow_pool;
  Hub* hub;
};

// Reads a request, has it answered, writes the reply, one after the other: pipelined requests wait in
// `unread_` and are answered in their order. A job that runs holds it as well.
class HttpSession final : public SocketConnection {
 public:
  HttpSession(Loop& loop, const ServerParts& parts, Socket socket, Quota::Ticket ticket,
              std::string peer_address, bool peer_is_loopback);

  void start();
  void tick(MonoTime now) override;
  void finish() override;

 private:
  enum class State {
    kReading,
    kHandling,  // a worker has parser_, plan_ and response_: the loop does not touch them
    kWriting,
    kDraining,  // the reply is out; what the client still sends is thrown away, so that it can read the reply
    kClosed,
  };
  void advance() override;
  void close() override;
  // Each does what can be done at once; false when the session now waits.
  bool read_step();
  bool write_step();
  bool drain_step();

  bool read_more();
  bool begin_request();  // false when it must wait for the next turn
  void plan_request();
  void execute();
  void refuse(int status);
  void respond();
  // Hands the socket on to a WsSession, or answers why not.
  void open_socket();
  bool is_for_socket();
  void next_request();
  void after_reply();

  const ServerParts& parts_;
  std::optional<Quota::Ticket> ticket_;  // gone when a WsSession has it
  const std::string peer_address_;
  const bool peer_is_loopback_;
  State state_ = State::kReading;
  MonoTime deadline_;
  RequestParser parser_;
  Unread unread_;  // received, not parsed: at most a receive beyond the header limit
  Plan plan_;
  Response response_;
  ReplyShape shape_;
  std::string head_;
  bool has_begun_ = false;  // the first byte of the request is there
  bool is_planned_ = false;
  bool keep_alive_ = true;
};

}  // namespace sentinel::http
