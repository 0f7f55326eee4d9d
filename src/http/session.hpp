// One HTTP/1.x connection on its loop.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "http/cors.hpp"
#include "http/loop.hpp"
#include "http/quota.hpp"
#include "http/reply_text.hpp"
#include "http/request_parser.hpp"
#include "http/responder.hpp"
#include "http/server.hpp"
#include "http/worker_pool.hpp"

namespace sentinel::http {

// What the sessions of one server share.
struct ServerParts {
  const ServerConfig& config;
  const Responder& responder;
  const Cors& cors;
  WorkerPool& pool;
  Hub* hub;
};

// Reads a request, has it answered, writes the reply, one after the other: pipelined requests wait in
// `unread_` and are answered in their order. Sockets are non-blocking; Asio tells when one is ready, and the
// reading and writing is done here at once, which saves a handler per operation. Lives as long as a wait or a
// job holds it; made and destroyed on the loop's thread.
class HttpSession final : public Connection, public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(Loop& loop, const ServerParts& parts, Socket socket, Quota::Ticket ticket,
              std::string peer_address, bool peer_is_loopback);
  ~HttpSession() override;
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  void start();
  void tick(MonoTime now) override;
  void finish() override;
  void abort() override { close(); }

 private:
  enum class State {
    kReading,
    kHandling,  // a worker has parser_, plan_ and response_: the loop does not touch them
    kWriting,
    kDraining,  // the reply is out; what the client still sends is thrown away, so that it can read the reply
    kClosed,
  };
  void advance();
  // Each does what can be done at once; false when the session now waits.
  bool read_step();
  bool write_step();
  bool drain_step();

  bool receive();
  void begin_request();
  void plan_request();
  void execute();
  void refuse(int status);
  void respond();
  // Hands the socket on to a WsSession, or answers why not.
  void open_socket();
  bool is_for_socket();
  void next_request();
  void after_reply();
  void wait_readable();
  void wait_writable();
  void close();

  Loop& loop_;
  const ServerParts& parts_;
  Socket socket_;
  std::optional<Quota::Ticket> ticket_;  // gone when a WsSession has it
  const std::string peer_address_;
  const bool peer_is_loopback_;
  State state_ = State::kReading;
  MonoTime deadline_;
  RequestParser parser_;
  std::string unread_;  // received, not parsed: at most a receive beyond the header limit
  Plan plan_;
  Response response_;
  ReplyShape shape_;
  std::string head_;
  std::size_t sent_ = 0;    // bytes of head and body
  bool has_begun_ = false;  // the first byte of the request is there
  bool is_planned_ = false;
  bool keep_alive_ = true;
  bool waits_readable_ = false;
  bool waits_writable_ = false;
};

}  // namespace sentinel::http
