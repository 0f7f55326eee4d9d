// Bytes to requests, without sockets. Beast's parser does the reading (request_parser.cpp alone includes it).
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "http/request.hpp"

namespace sentinel::http {

struct ParserLimits {
  // Of all that is no body, counted together: request line, headers, chunk extensions, trailers.
  std::size_t header_bytes_max = 16 * 1024;
  std::size_t body_bytes_max = 1024 * 1024;
};

class RequestParser {
 public:
  enum class State {
    kHead,    // the head is not whole yet
    kBody,    // the head is whole: request() has everything but the body
    kDone,    // the request is whole
    kFailed,  // it never will be: failure_status() says why, and nothing after it on this connection is
              // readable
  };

  explicit RequestParser(const ParserLimits& limits);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  // Reads on and tells how many bytes it has taken; gives back what it cannot use yet, to be offered again
  // with more behind it, and what lies behind the request. The former is never more than header_bytes_max.
  std::size_t feed(std::string_view bytes);
  State state() const;
  // 400 malformed, 413 the body and 431 the rest over the limit, 501 a method or coding we do not have.
  int failure_status() const;
  // The route's own limit, once the head is there; it fails what is announced, or was read, beyond it.
  void limit_body(std::size_t bytes_max);

  Request& request();  // without the trailers: nothing here asks for one
  bool is_http_1_0() const;
  bool keep_alive() const;        // what the client wishes
  bool expects_continue() const;  // "Expect: 100-continue"
  bool is_websocket_upgrade() const;
  // Bytes of body to come, when the head says so; a chunked body counts as the limit.
  std::size_t body_bytes_announced() const;

  // Ready for the next request of the connection.
  void reset();

 private:
  class Impl;
  const ParserLimits limits_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sentinel::http
