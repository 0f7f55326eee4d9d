#include "http/ws_session.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <utility>

#include "base/log.hpp"
#include "http/ws_protocol.hpp"

namespace sentinel::http {
namespace {

using boost::system::error_code;

constexpr std::chrono::seconds kCloseMax{2};
constexpr std::uint16_t kCloseInternalError = 1011;
// Unsent bytes that the kernel takes: beyond it a frame waits here, where a newer one can replace it.
constexpr int kKernelUnsentBytesMax = 64 * 1024;
// A client that pings without reading the pongs is none.
constexpr std::size_t kControlBytesMax = 4 * 1024;

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
  const FrameHead head = frame_head(opcode, payload.size());
  out.append(head.bytes.data(), head.size).append(payload);
}

}  // namespace

WsSession::WsSession(Loop& loop, Hub& hub, Socket socket, Quota::Ticket ticket,
                     std::shared_ptr<WakeHandle> wake, std::shared_ptr<WsPeer> peer)
    : SocketConnection{loop, std::move(socket)},
      hub_{hub},
      ticket_{std::move(ticket)},
      wake_{std::move(wake)},
      peer_{std::move(peer)},
      reader_{kWsMessageBytesMax},
      heard_at_{loop.clock().mono_now()} {
  wake_->target = this;
}

WsSession::~WsSession() {
  wake_->target = nullptr;
  peer_->leave();
}

void WsSession::start(std::string reply, std::string_view unread) {
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kKernelUnsentBytesMax,
               sizeof(kKernelUnsentBytesMax));
  control_ = std::move(reply);
  reader_.feed(unread);
  if (loop_.is_stopping()) begin_close(kCloseGoingAway, "the server stops");
  take_turn();
}

void WsSession::advance() {
  const auto self = shared_from_this();
  try {
    if (state_ != State::kClosed) read();
    check_peer();
    // Written out, a client that was owed much may be read on; waiting for bytes, the loop calls again.
    while (state_ != State::kClosed && write() && !waits_readable() && !has_turn()) {
      read();
      check_peer();
    }
  } catch (const std::exception& exception) {
    log::error("websocket", "{}", exception.what());
    if (state_ != State::kOpen) return close();
    begin_close(kCloseInternalError, "internal error");
    write();
  }
}

void WsSession::read() {
  while (state_ != State::kClosed) {
    take_messages();
    if (state_ == State::kClosed || must_write_first() || has_turn()) return;
    const std::string_view bytes = receive();
    if (bytes.empty()) return;
    heard_at_ = loop_.clock().mono_now();
    awaits_pong_ = false;
    if (reader_.failure() == 0) reader_.feed(bytes);
  }
}

bool WsSession::must_write_first() const {
  return state_ == State::kOpen && (peer_->is_owed_much() || control_.size() > kControlBytesMax);
}

void WsSession::take_messages() {
  while (!must_write_first() && take_step()) {
    const auto message = reader_.next();
    if (!message) break;
    if (message->opcode == Opcode::kClose) {
      if (state_ == State::kClosing) return close();
      const std::string_view code = std::string_view{message->payload}.substr(0, 2);
      append_frame(control_, Opcode::kClose, code.size() == 2 ? code : std::string_view{});
      state_ = State::kClosing;
      deadline_ = loop_.clock().mono_now() + kCloseMax;
      peer_->leave();
    } else if (state_ == State::kOpen && message->opcode == Opcode::kPing) {
      append_frame(control_, Opcode::kPong, message->payload);
    } else if (state_ == State::kOpen && message->opcode == Opcode::kText) {
      peer_->on_message(message->payload);
      check_peer();
    }
  }
  if (reader_.failure() != 0 && state_ == State::kOpen) begin_close(reader_.failure(), "");
}

void WsSession::check_peer() {
  if (state_ == State::kOpen && peer_->closing()) {
    begin_close(peer_->closing()->code, peer_->closing()->reason);
  }
}

// Replies that are queued still go out before it: they say why.
void WsSession::begin_close(std::uint16_t code, std::string_view reason) {
  state_ = State::kClosing;
  deadline_ = loop_.clock().mono_now() + kCloseMax;
  peer_->leave();
  while (const SharedText text = peer_->next()) append_frame(control_, Opcode::kText, *text);
  append_frame(control_, Opcode::kClose, close_payload(code, reason));
}

bool WsSession::load() {
  sent_ = 0;
  text_.reset();
  head_.clear();
  if (!control_.empty()) {
    head_.swap(control_);
    is_closing_sent_ = state_ == State::kClosing;
    return true;
  }
  if (state_ != State::kOpen) return false;
  text_ = peer_->next();
  if (text_ == nullptr) return false;
  const FrameHead head = frame_head(Opcode::kText, text_->size());
  head_.assign(head.bytes.data(), head.size);
  return true;
}

bool WsSession::write() {
  while (true) {
    if (!send(head_, text_ == nullptr ? std::string_view{} : std::string_view{*text_})) return false;
    if (text_ != nullptr) hub_.count_sent(1);
    if (!load()) break;
  }
  if (is_closing_sent_) {
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
  }
  return true;
}

void WsSession::on_wake() {
  if (state_ == State::kClosed || waits_writable() || has_turn()) return;
  const auto self = shared_from_this();
  begin_turn();
  write();
}

void WsSession::tick(MonoTime now) {
  if (state_ == State::kClosed) return;
  if (state_ == State::kClosing) {
    if (now >= deadline_) close();
    return;
  }
  const auto heartbeat = hub_.config().heartbeat;
  if (awaits_pong_ && now >= pinged_at_ + heartbeat) return close();
  if (!awaits_pong_ && now >= heard_at_ + heartbeat) {
    awaits_pong_ = true;
    pinged_at_ = now;
    append_frame(control_, Opcode::kPing, "");
  }
  try {
    peer_->tick(now);
  } catch (const std::exception& exception) {
    log::error("websocket", "{}", exception.what());
    return begin_close(kCloseInternalError, "internal error");
  }
  check_peer();
  on_wake();
}

void WsSession::finish() {
  if (state_ != State::kOpen) return;
  begin_close(kCloseGoingAway, "the server stops");
  on_wake();
}

void WsSession::close() {
  if (std::exchange(state_, State::kClosed) == State::kClosed) return;
  error_code ignored;
  socket_.close(ignored);
  peer_->leave();
}

}  // namespace sentinel::http
