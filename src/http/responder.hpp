// From a request to its reply, without sockets: the route is found, the caller let through or not, the
// handler run, its failure mapped, and what every reply carries added.
#pragma once

#include <exception>
#include <functional>
#include <optional>

#include "http/authenticator.hpp"
#include "http/cors.hpp"
#include "http/router.hpp"

namespace sentinel::http {

// Turns an exception that has a meaning for clients (a store that is away) into an Error; empty for the
// others, which become 500.
using ExceptionMapper = std::function<std::optional<Error>(std::exception_ptr)>;

// What is to be done for a request, decided from its head alone: the body need not be there yet.
struct Plan {
  std::optional<Response> answer;      // the reply, when no handler runs
  const Route* route = nullptr;        // otherwise its row
  std::optional<auth::Caller> caller;  // empty on open routes
};

// Thread-safe: it holds references to what is not changed while the server runs.
class Responder {
 public:
  Responder(const Router& router, Authenticator& authenticator, const Cors& cors, ExceptionMapper mapper)
      : router_{router}, authenticator_{authenticator}, cors_{cors}, mapper_{std::move(mapper)} {}

  // Fills request.path_values. Calls the authenticator; never a handler.
  Plan plan(Request& request) const;
  // Runs the handler of a plan without answer. Whatever it throws becomes a reply, and a line in the log.
  Response run(const Plan& plan, const Request& request) const;
  // Adds what every reply carries: the request's id, the security headers, the CORS headers.
  void finish(const Request& request, Response& response) const;
  // The reply for what was thrown, and its line in the log.
  Response from_exception(const std::exception_ptr& thrown, const Request& request) const;

 private:
  const Router& router_;
  Authenticator& authenticator_;
  const Cors& cors_;
  const ExceptionMapper mapper_;
};

}  // namespace sentinel::http
