#include "http/request_parser.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <optional>

#include "http/text.hpp"

namespace sentinel::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;
using beast::string_view;

constexpr std::size_t kLastChunkBytesMin = 5;

std::string_view plain(string_view text) {
  return {text.data(), text.size()};
}

std::optional<Method> to_method(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get:
      return Method::kGet;
    case beast::http::verb::head:
      return Method::kHead;
    case beast::http::verb::post:
      return Method::kPost;
    case beast::http::verb::put:
      return Method::kPut;
    case beast::http::verb::patch:
      return Method::kPatch;
    case beast::http::verb::delete_:
      return Method::kDelete;
    case beast::http::verb::options:
      return Method::kOptions;
    default:
      return std::nullopt;
  }
}

int status_of(const error_code& error) {
  if (error == beast::http::error::body_limit) return 413;
  if (error == beast::http::error::header_limit) return 431;
  return 400;
}

}  // namespace

// Writes what Beast reads straight into our Request, so that no header is copied twice.
class RequestParser::Impl final : public beast::http::basic_parser<true> {
 public:
  explicit Impl(const ParserLimits& limits)
      : header_bytes_max{limits.header_bytes_max}, body_bytes_max{limits.body_bytes_max} {
    header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
    body_limit(limits.body_bytes_max);
    eager(true);
  }

  std::size_t feed(std::string_view bytes) {
    // Beast asserts, wrongly, that the last chunk is not offered again before all of "0\r\n\r\n" is there. No
    // chunked body ends with less.
    if (is_header_done() && chunked() && !is_done() && bytes.size() < kLastChunkBytesMin) return 0;
    error_code error;
    const std::size_t used = put(boost::asio::const_buffer{bytes.data(), bytes.size()}, error);
    if (failure == 0 && error && error != beast::http::error::need_more) failure = status_of(error);
    // Beast wants a line whole, and all trailers at once.
    if (failure == 0 && !is_done() && bytes.size() - used > header_bytes_max) failure = 431;
    return used;
  }

  // What Beast leaves to its user: one Host, a method of ours, a target that can be decoded, and one plain
  // word on where the body ends. Anything else there is read differently by the next program on the way.
  void check_head() {
    head_checked = true;
    const Target parts = split_target(target);
    auto path = percent_decode(parts.path, false);
    auto query = parse_query(parts.query);
    if (version < 10 || version > 11) {
      failure = 505;
    } else if (hosts > 1 || (hosts == 0 && version == 11) || !path || !query || !is_body_plain()) {
      failure = 400;
    } else if (!method || has_other_coding) {
      failure = 501;
    } else {
      request.method = *method;
      request.path = std::move(*path);
      request.query = std::move(*query);
    }
  }

  void limit_body(std::size_t bytes_max) {
    body_bytes_max = std::min(body_bytes_max, bytes_max);
    const auto remaining = content_length_remaining();
    const std::size_t announced = remaining ? static_cast<std::size_t>(*remaining) : 0;
    if (failure == 0 && request.body.size() + announced > body_bytes_max) failure = 413;
  }

  const std::size_t header_bytes_max;
  std::size_t body_bytes_max;
  Request request;
  std::string target;
  std::optional<Method> method;
  int failure = 0;
  int version = 0;  // 10 or 11
  bool head_checked = false;

 private:
  bool is_body_plain() const {
    if (codings > 0 && (version == 10 || lengths > 0 || codings > 1)) return false;
    return lengths <= 1 && !has_odd_length;
  }
  // Beast's own limit is on the head alone: chunk extensions, one after the other, would pass it.
  void count(std::size_t bytes, error_code& error) {
    overhead += bytes;
    if (overhead > header_bytes_max) error = beast::http::error::header_limit;
  }

  void on_request_impl(beast::http::verb verb, string_view, string_view target_text, int version_number,
                       error_code& error) override {
    version = version_number;
    method = to_method(verb);
    target = plain(target_text);
    count(target.size(), error);
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(beast::http::field field, string_view name, string_view value,
                     error_code& error) override {
    count(name.size() + value.size() + 4, error);  // ": " and the line's end
    if (is_header_done()) return;                  // a trailer
    if (field == beast::http::field::host) ++hosts;
    if (field == beast::http::field::content_length) {
      ++lengths;
      has_odd_length = !std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    }
    if (field == beast::http::field::transfer_encoding) {
      ++codings;
      has_other_coding = !equals_ignoring_case(plain(value), "chunked");
    }
    request.headers.emplace_back(lower(plain(name)), plain(value));
  }
  void on_header_impl(error_code& error) override {
    check_head();
    if (failure != 0) error = beast::http::error::bad_value;  // no body is read for it
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length && *length <= std::size_t{64} * 1024) request.body.reserve(static_cast<std::size_t>(*length));
  }
  std::size_t on_body_impl(string_view bytes, error_code& error) override { return add(bytes, error); }
  void on_chunk_header_impl(std::uint64_t, string_view extensions, error_code& error) override {
    count(extensions.size(), error);
  }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& error) override {
    return add(bytes, error);
  }
  void on_finish_impl(error_code&) override {}
  std::size_t add(string_view bytes, error_code& error) {
    if (request.body.size() + bytes.size() > body_bytes_max) {
      error = beast::http::error::body_limit;
      return 0;
    }
    request.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  std::size_t overhead = 0;  // bytes of what header_bytes_max bounds
  int hosts = 0;
  int lengths = 0;
  int codings = 0;
  bool has_odd_length = false;
  bool has_other_coding = false;
};

RequestParser::RequestParser(const ParserLimits& limits) : limits_{limits} {
  reset();
}

RequestParser::~RequestParser() = default;

std::size_t RequestParser::feed(std::string_view bytes) {
  return impl_->feed(bytes);
}

RequestParser::State RequestParser::state() const {
  if (impl_->failure != 0) return State::kFailed;
  if (impl_->is_done()) return State::kDone;
  return impl_->head_checked ? State::kBody : State::kHead;
}

int RequestParser::failure_status() const {
  return impl_->failure;
}

void RequestParser::limit_body(std::size_t bytes_max) {
  impl_->limit_body(bytes_max);
}

Request& RequestParser::request() {
  return impl_->request;
}

bool RequestParser::is_http_1_0() const {
  return impl_->version == 10;
}

bool RequestParser::keep_alive() const {
  return impl_->keep_alive();
}

bool RequestParser::expects_continue() const {
  const std::string* expect = impl_->request.header("expect");
  return expect != nullptr && equals_ignoring_case(*expect, "100-continue") && !is_http_1_0();
}

bool RequestParser::is_websocket_upgrade() const {
  const std::string* upgrade = impl_->request.header("upgrade");
  return impl_->upgrade() && upgrade != nullptr && list_contains(*upgrade, "websocket");
}

std::size_t RequestParser::body_bytes_announced() const {
  if (impl_->chunked()) return impl_->body_bytes_max;
  const auto remaining = impl_->content_length_remaining();
  return remaining ? static_cast<std::size_t>(*remaining) : 0;
}

void RequestParser::reset() {
  impl_ = std::make_unique<Impl>(limits_);
}

}  // namespace sentinel::http
