// Any bytes as requests, whole and a few at a time: nothing crashes, and the limits
// hold.
#include <cstdlib>
#include <optional>
#include <string>

#include "http/request_parser.hpp"

namespace {

using sentinel::http::RequestParser;
constexpr sentinel::http::ParserLimits kLimits{512, 256};

// What was read, as one text; empty when a request failed. `step` bytes arrive at a time.
std::optional<std::string> read_all(std::string_view bytes, std::size_t step) {
  RequestParser parser{kLimits};
  std::string seen;
  std::size_t from = 0;   // not yet taken
  std::size_t until = 0;  // arrived
  for (int requests = 0; requests < 8;) {
    const std::size_t used = parser.feed(bytes.substr(from, until - from));
    if (used > until - from) std::abort();
    from += used;
    const bool waits =
        parser.state() == RequestParser::State::kHead || parser.state() == RequestParser::State::kBody;
    if (waits && until - from > kLimits.header_bytes_max) std::abort();
    if (parser.state() == RequestParser::State::kFailed) return std::nullopt;
    if (parser.state() == RequestParser::State::kDone) {
      const sentinel::http::Request& request = parser.request();
      if (request.body.size() > kLimits.body_bytes_max) std::abort();
      std::size_t header_bytes = 0;
      for (const auto& [name, value] : request.headers) header_bytes += name.size() + value.size();
      if (header_bytes > kLimits.header_bytes_max) std::abort();
      seen += request.path + '\n' + request.body + '\n' + std::to_string(request.headers.size());
      parser.reset();
      ++requests;
    } else if (until < bytes.size()) {
      until = std::min(until + step, bytes.size());
    } else if (used == 0) {
      return seen;
    }
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto at_once = read_all(bytes, bytes.size());
  const auto by_bytes = read_all(bytes, 1);
  // Where a request ends is no matter of how it arrives.
  if (at_once && by_bytes && *at_once != *by_bytes) std::abort();
  return 0;
}
