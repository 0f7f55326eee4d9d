// Which web pages of other origins may read our replies (the Fetch standard's CORS), and which may open
// sockets.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"

namespace sentinel::http {

class Cors {
 public:
  // Exact origins: "https://ui.example". Replies allow credentials, so "*" never matches: Server refuses it.
  explicit Cors(std::vector<std::string> origins) : origins_{std::move(origins)} {}

  bool allows(std::string_view origin) const;

  // The answer when `request` is a preflight (OPTIONS with Origin and Access-Control-Request-Method), worded
  // as Starlette words it: 200 "OK", or 400 "Disallowed CORS origin", without CORS headers for a foreign
  // origin.
  std::optional<Response> preflight(const Request& request) const;

  // Adds the headers that let an allowed origin read the reply; nothing for a foreign origin or none.
  void mark(const Request& request, Response& response) const;

  // For a socket's upgrade: no Origin (no browser), an allowed one, or the one that Host names.
  bool may_open_socket(const Request& request) const;

 private:
  std::vector<std::string> origins_;
};

}  // namespace sentinel::http
