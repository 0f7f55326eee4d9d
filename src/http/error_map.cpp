#include "http/error_map.hpp"

#include "base/log.hpp"
#include "json/json.hpp"

namespace sentinel::http {

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
      return 400;
    case ErrorKind::kUnauthenticated:
      return 401;
    case ErrorKind::kForbidden:
      return 403;
    case ErrorKind::kNotFound:
      return 404;
    case ErrorKind::kConflict:
      return 409;
    case ErrorKind::kTooLarge:
      return 413;
    case ErrorKind::kThrottled:
      return 429;
    case ErrorKind::kUnavailable:
      return 503;
    case ErrorKind::kUnsupported:
      return 501;
    case ErrorKind::kInternal:
      return 500;
  }
  return 500;  // a value outside the enum: a defect
}

std::string_view reason_phrase(int status) {
  struct Row {
    int status;
    std::string_view text;
  };
  static constexpr Row kRows[] = {{101, "Switching Protocols"},
                                  {200, "OK"},
                                  {201, "Created"},
                                  {202, "Accepted"},
                                  {204, "No Content"},
                                  {206, "Partial Content"},
                                  {301, "Moved Permanently"},
                                  {302, "Found"},
                                  {303, "See Other"},
                                  {304, "Not Modified"},
                                  {307, "Temporary Redirect"},
                                  {308, "Permanent Redirect"},
                                  {400, "Bad Request"},
                                  {401, "Unauthorized"},
                                  {403, "Forbidden"},
                                  {404, "Not Found"},
                                  {405, "Method Not Allowed"},
                                  {406, "Not Acceptable"},
                                  {408, "Request Timeout"},
                                  {409, "Conflict"},
                                  {410, "Gone"},
                                  {412, "Precondition Failed"},
                                  {413, "Content Too Large"},
                                  {415, "Unsupported Media Type"},
                                  {416, "Range Not Satisfiable"},
                                  {422, "Unprocessable Content"},
                                  {426, "Upgrade Required"},
                                  {429, "Too Many Requests"},
                                  {431, "Request Header Fields Too Large"},
                                  {500, "Internal Server Error"},
                                  {501, "Not Implemented"},
                                  {503, "Service Unavailable"},
                                  {505, "HTTP Version Not Supported"}};
  for (const Row& row : kRows) {
    if (row.status == status) return row.text;
  }
  return "Unknown";
}

Response detail_response(int status, std::string_view detail) {
  Response response;
  response.status = status;
  response.body = R"({"detail":)";
  json::append_string(response.body, detail);
  response.body += '}';
  return response;
}

Response error_response(const Error& error) {
  const int status = status_of(error.kind);
  Response response = detail_response(status, status == 500 ? "Internal Server Error" : error.message);
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (status == 429) response.headers.emplace_back("Retry-After", "1");
  if (status == 503) response.headers.emplace_back("Retry-After", "5");
  return response;
}

void log_failure(const Error& error, std::string_view request_id) {
  if (error.kind == ErrorKind::kInternal) {
    log::error(request_id, "{}", error.describe());
  } else if (error.kind == ErrorKind::kUnavailable) {
    log::warn(request_id, "{}", error.describe());
  }
}

}  // namespace sentinel::http
