#include "http/session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/log.hpp"
#include "http/error_map.hpp"
#include "http/hub.hpp"
#include "http/ws_protocol.hpp"
#include "http/ws_session.hpp"

namespace sentinel::http {
namespace {

using boost::system::error_code;

// A reply goes out at least at this rate, beyond the request timeout, or the connection is closed.
constexpr std::size_t kReplyBytesPerSecondMin = 16 * 1024;
// A body that is refused unread up to this size is read all the same: it keeps the connection alive.
constexpr std::size_t kUselessBodyBytesMax = 64 * 1024;
constexpr std::chrono::seconds kDrainMax{2};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::size_t kIdleCapacityMax = 4 * 1024;

Error too_many() {
  return Error{ErrorKind::kThrottled, ClientText{"Too many such requests at once. Try again in a moment."}};
}

}  // namespace

HttpSession::HttpSession(Loop& loop, const ServerParts& parts, Socket socket, Quota::Ticket ticket,
                         std::string peer_address, bool peer_is_loopback)
    : SocketConnection{loop, std::move(socket)},
      parts_{parts},
      ticket_{std::move(ticket)},
      peer_address_{std::move(peer_address)},
      peer_is_loopback_{peer_is_loopback},
      deadline_{loop.clock().mono_now() + parts.config.request_timeout},
      parser_{{parts.config.header_bytes_max, parts.config.body_bytes_max}} {}

void HttpSession::start() {
  if (loop_.is_stopping()) return close();
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
  take_turn();
}

void HttpSession::advance() {
  bool goes_on = true;
  while (goes_on) {
    switch (state_) {
      case State::kReading:
        goes_on = read_step();
        break;
      case State::kWriting:
        goes_on = write_step();
        break;
      case State::kDraining:
        goes_on = drain_step();
        break;
      case State::kHandling:
      case State::kClosed:
        goes_on = false;
        break;
    }
  }
}

bool HttpSession::read_step() {
  if (unread_.empty()) return read_more();
  if (!has_begun_ && !begin_request()) return false;
  unread_.consume(parser_.feed(unread_.view()));
  if (parser_.state() == RequestParser::State::kFailed) {
    refuse(parser_.failure_status());
    return true;
  }
  if (parser_.state() != RequestParser::State::kHead && !is_planned_) plan_request();
  if (state_ != State::kReading) return true;
  if (parser_.state() == RequestParser::State::kDone) {
    execute();
    return true;
  }
  return read_more();
}

// Appends what has arrived to unread_.
bool HttpSession::read_more() {
  const std::string_view bytes = receive();
  unread_.append(bytes);
  return !bytes.empty();
}

bool HttpSession::begin_request() {
  if (!take_step()) return false;
  has_begun_ = true;
  deadline_ = loop_.clock().mono_now() + parts_.config.request_timeout;
  Request& request = parser_.request();
  request.id = loop_.next_request_id();
  request.peer_address = peer_address_;
  request.peer_is_loopback = peer_is_loopback_;
  return true;
}

void HttpSession::plan_request() {
  is_planned_ = true;
  if (is_for_socket()) return;  // execute() answers
  plan_ = parts_.responder.plan(parser_.request());
  if (plan_.route != nullptr) parser_.limit_body(plan_.route->body_bytes_max);
  if (parser_.state() == RequestParser::State::kFailed) return refuse(parser_.failure_status());
  if (parser_.state() == RequestParser::State::kDone) return;
  const bool expects = parser_.expects_continue();
  if (plan_.answer && (expects || parser_.body_bytes_announced() > kUselessBodyBytesMax)) {
    keep_alive_ = false;
    response_ = std::move(*plan_.answer);
    respond();
  } else if (expects && unread_.empty()) {
    error_code error;  // nothing was written since the last reply was taken: 25 bytes find room
    socket_.write_some(boost::asio::buffer(kContinue), error);
  }
}

void HttpSession::execute() {
  keep_alive_ = parser_.keep_alive();
  if (is_for_socket()) return open_socket();
  if (plan_.answer) {
    response_ = std::move(*plan_.answer);
    return respond();
  }
  if (plan_.route->run == Run::kInline) {
    response_ = parts_.responder.run(plan_, parser_.request());
    return respond();
  }
  state_ = State::kHandling;
  auto job = [self = std::static_pointer_cast<HttpSession>(shared_from_this())](bool gives_up) mutable {
    self->response_ = gives_up ? error_response(unavailable("The server stops"))
                               : self->parts_.responder.run(self->plan_, self->parser_.request());
    auto& context = self->loop_.context();
    // The session is moved along: its last owner must be on the loop's thread.
    boost::asio::post(context, [self = std::move(self)] {
      if (self->state_ == State::kClosed) return;
      self->respond();
      self->take_turn();
    });
  };
  const bool is_slow = plan_.route->run == Run::kSlow;
  if ((is_slow ? parts_.slow_pool : parts_.pool).submit(std::move(job))) return;
  response_ = error_response(is_slow ? too_many() : unavailable("The server is busy: try again later"));
  respond();
}

bool HttpSession::is_for_socket() {
  return parts_.hub != nullptr && parser_.request().path == parts_.config.socket_path;
}

void HttpSession::open_socket() {
  const Request& request = parser_.request();
  auto read = read_upgrade(request, parser_.is_websocket_upgrade(), parts_.cors);
  if (auto* refusal = std::get_if<Response>(&read)) {
    response_ = std::move(*refusal);
    return respond();
  }
  auto& upgrade = std::get<Upgrade>(read);
  auto handle = std::make_shared<WakeHandle>();
  std::shared_ptr<WsPeer> peer;
  try {
    auto admitted = parts_.hub->admit(upgrade.token, request.peer_address,
                                      [inbox = loop_.inbox(), handle] { inbox->wake(handle); });
    if (admitted) {
      peer = std::move(*admitted);
    } else {
      response_ = error_response(admitted.error());
    }
  } catch (...) {
    response_ = parts_.responder.from_exception(std::current_exception(), request);
  }
  if (peer == nullptr) return respond();
  state_ = State::kClosed;
  std::make_shared<WsSession>(loop_, *parts_.hub, std::move(socket_), *std::exchange(ticket_, std::nullopt),
                              std::move(handle), std::move(peer))
      ->start(upgrade_reply(upgrade, loop_.http_date(), request.id), unread_.view());
}

// A reply to what is no readable request; the connection ends with it.
void HttpSession::refuse(int status) {
  keep_alive_ = false;
  response_ = detail_response(status, reason_phrase(status));
  respond();
}

void HttpSession::respond() {
  const Request& request = parser_.request();
  if (loop_.is_stopping()) keep_alive_ = false;
  parts_.responder.finish(request, response_);
  shape_ = {.keep_alive = keep_alive_,
            .is_http_1_0 = parser_.is_http_1_0(),
            .is_head = request.method == Method::kHead};
  head_.clear();
  append_head(head_, response_, shape_, loop_.http_date());
  if (!sends_body(response_, shape_)) response_.body.clear();
  sent_ = 0;
  const std::size_t bytes = head_.size() + response_.body.size();
  deadline_ = loop_.clock().mono_now() + parts_.config.request_timeout +
              std::chrono::seconds{bytes / kReplyBytesPerSecondMin};
  state_ = State::kWriting;
}

bool HttpSession::write_step() {
  if (!send(head_, response_.body)) return false;
  after_reply();
  return state_ != State::kClosed;
}

void HttpSession::after_reply() {
  if (keep_alive_) return next_request();
  if (unread_.empty() && parser_.state() == RequestParser::State::kDone) return close();
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  deadline_ = loop_.clock().mono_now() + kDrainMax;
  state_ = State::kDraining;
}

bool HttpSession::drain_step() {
  unread_.clear();
  return read_more();
}

void HttpSession::next_request() {
  parser_.reset();
  plan_ = {};
  response_ = {};
  has_begun_ = false;
  is_planned_ = false;
  unread_.shrink_to(kIdleCapacityMax);
  deadline_ = loop_.clock().mono_now() + parts_.config.idle_timeout;
  state_ = State::kReading;
  if (loop_.is_stopping()) close();
}

void HttpSession::tick(MonoTime now) {
  if (now < deadline_ || state_ == State::kHandling || state_ == State::kClosed) return;
  if (state_ != State::kReading || !has_begun_) return close();
  const auto self = shared_from_this();
  refuse(408);
  take_turn();
}

void HttpSession::finish() {
  if (state_ == State::kReading && !has_begun_) close();
}

void HttpSession::close() {
  state_ = State::kClosed;
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace sentinel::http
