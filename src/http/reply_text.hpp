// A reply as the bytes of its head: status line and headers (RFC 9112).
#pragma once

#include <chrono>
#include <string>

#include "base/time.hpp"
#include "http/request.hpp"

namespace sentinel::http {

struct ReplyShape {
  bool keep_alive = true;
  bool is_http_1_0 = false;  // of the request: such a client learns of keep-alive by a header
  bool is_head = false;      // the length is told, the body not sent
};

// Appends the head. A header with a control character in its name or value is left out: nobody splits
// replies.
void append_head(std::string& out, const Response& response, const ReplyShape& shape, std::string_view date);
// Whether the body follows the head: not for HEAD, 1xx, 204 and 304.
bool sends_body(const Response& response, const ReplyShape& shape);
// "Tue, 24 Nov 2026 09:05:01 GMT"
std::string format_http_date(UtcTime time);

}  // namespace sentinel::http
