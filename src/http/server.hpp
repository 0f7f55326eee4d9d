// The HTTP server: a listener, event loops, worker threads. It knows routes and sockets, never what they
// mean.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "http/authenticator.hpp"
#include "http/responder.hpp"
#include "http/router.hpp"

namespace sentinel::http {

class Hub;

struct ServerConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;                   // 0: any free one, told by Server::port()
  std::size_t threads = 1;                     // event loops
  std::size_t workers = 4;                     // threads for Run::kPool
  std::size_t worker_queue_max = 64;           // requests that wait for one; the next is answered 503
  std::size_t slow_workers = 2;                // threads for Run::kSlow
  std::size_t slow_queue_max = 8;              // requests that wait for one; the next is answered 429
  std::size_t body_bytes_max = kBodyBytesMax;  // of any route
  std::size_t header_bytes_max = 16 * 1024;
  std::chrono::milliseconds request_timeout{15'000};  // from the first byte of a request to its last
  std::chrono::milliseconds idle_timeout{60'000};     // between two requests of a connection
  std::chrono::milliseconds stop_timeout{1'000};      // that running requests may still take in stop()
  std::size_t connections_max = 4096;
  std::size_t connections_per_address_max = 256;
  std::vector<std::string> cors_origins;  // exact; "*" is refused
  std::string socket_path = "/ws";        // where the hub's sockets are opened, when there is a hub
  ExceptionMapper exception_mapper;
};

// Everything handed in outlives the server. `hub` may be null: then no sockets are opened.
class Server {
 public:
  Server(ServerConfig config, const Router& router, Authenticator& authenticator, const Clock& clock,
         Hub* hub = nullptr);
  ~Server();  // stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens, then serves. Once. An address that cannot be listened on is kConflict or kInvalid, and the
  // message names host, port and remedy.
  Status start();
  // Closes the listener, lets requests end within stop_timeout, closes every socket and joins the threads: a
  // handler that runs is waited for, one whose turn has not come is left out. May be called again, and from
  // any thread but the server's own (a handler's included).
  void stop();
  // The port that is listened on; 0 before start().
  std::uint16_t port() const;
  std::size_t connections() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sentinel::http
