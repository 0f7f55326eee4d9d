#include "http/request_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <optional>

#include "http/text.hpp"

namespace sentinel::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;
using beast::string_view;

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
  explicit Impl(const ParserLimits& limits) {
    header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
    body_limit(limits.body_bytes_max);
    eager(true);
  }

  std::size_t feed(std::string_view bytes) {
    error_code error;
    const std::size_t used = put(boost::asio::const_buffer{bytes.data(), bytes.size()}, error);
    if (error && error != beast::http::error::need_more) failure = status_of(error);
    if (failure == 0 && is_header_done() && !head_checked) check_head();
    return used;
  }

  // What Beast leaves to its user: one Host, a method of ours, a target that can be decoded.
  void check_head() {
    head_checked = true;
    if (version < 10 || version > 11) failure = 505;
    if (hosts > 1 || (hosts == 0 && version == 11)) failure = 400;
    if (lengths > 1) failure = 400;
    if (!method) failure = 501;
    const Target parts = split_target(target);
    auto path = percent_decode(parts.path, false);
    auto query = parse_query(parts.query);
    if (!path || !query) {
      failure = 400;
      return;
    }
    request.method = method.value_or(Method::kGet);
    request.path = std::move(*path);
    request.query = std::move(*query);
  }

  Request request;
  std::string target;
  std::optional<Method> method;
  int failure = 0;
  int version = 0;  // 10 or 11
  int hosts = 0;
  int lengths = 0;
  bool head_checked = false;

 private:
  void on_request_impl(beast::http::verb verb, string_view, string_view target_text, int version_number,
                       error_code&) override {
    version = version_number;
    method = to_method(verb);
    target = plain(target_text);
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(beast::http::field field, string_view name, string_view value, error_code&) override {
    if (field == beast::http::field::host) ++hosts;
    if (field == beast::http::field::content_length) ++lengths;
    request.headers.emplace_back(lower(plain(name)), plain(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length && *length <= std::size_t{64} * 1024) request.body.reserve(static_cast<std::size_t>(*length));
  }
  std::size_t on_body_impl(string_view bytes, error_code&) override {
    request.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) override {
    request.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_finish_impl(error_code&) override {}
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
  if (impl_->chunked()) return limits_.body_bytes_max;
  const auto remaining = impl_->content_length_remaining();
  return remaining ? static_cast<std::size_t>(*remaining) : 0;
}

void RequestParser::reset() {
  impl_ = std::make_unique<Impl>(limits_);
}

}  // namespace sentinel::http
