// Errors as replies: the only place where an ErrorKind becomes an HTTP status.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "http/request.hpp"

namespace sentinel::http {

// kUnsupported is 501: the request is fine, this build lacks what it asks for.
int status_of(ErrorKind kind);

// The reason phrase of a status line: "Not Found". "Unknown" for a status this server never sends.
std::string_view reason_phrase(int status);

// {"detail":"text"}, as FastAPI words its errors.
Response detail_response(int status, std::string_view detail);

// The reply for an error: its status and its message, and what the status asks for: WWW-Authenticate with
// 401, Retry-After with 429 (1 s) and 503 (5 s). The message of kInternal is replaced by "Internal Server
// Error"; no cause ever enters a reply.
Response error_response(const Error& error);

// Writes to the log what error_response() withholds: kInternal as an error, kUnavailable as a warning, each
// with its cause. The other kinds are the client's affair and are not logged.
void log_failure(const Error& error, std::string_view request_id);

}  // namespace sentinel::http
