// One WebSocket on its loop: bytes in and out for a WsPeer.
#pragma once

#include <memory>
#include <string>

#include "http/quota.hpp"
#include "http/socket_connection.hpp"
#include "http/ws_frame.hpp"
#include "http/ws_peer.hpp"

namespace sentinel::http {

// Made from an HTTP session's socket once the upgrade is accepted. Reads and writes what can be done at once
// and waits for the rest; holds one text that is being sent, everything else waits, bounded, in the peer.
// There is always a wait that holds it, for bytes to read or, while the client must read first, to write; or
// a turn to come.
class WsSession final : public SocketConnection, public Wakeable {
 public:
  WsSession(Loop& loop, Hub& hub, Socket socket, Quota::Ticket ticket, std::shared_ptr<WakeHandle> wake,
            std::shared_ptr<WsPeer> peer);
  ~WsSession() override;

  // `reply` is the head of the 101 reply, `unread` what came behind the request.
  void start(std::string reply, std::string_view unread);
  void tick(MonoTime now) override;
  void finish() override;
  void on_wake() override;

 private:
  enum class State {
    kOpen,
    kClosing,  // our close frame is queued or sent: the client's answer, or the deadline, ends it
    kClosed,
  };
  // Reads, answers and writes until it must wait; what throws on the way closes the socket.
  void advance() override;
  void close() override;
  void read();
  void take_messages();
  // The client is owed so much that it may ask for no more.
  bool must_write_first() const;
  bool write();  // true when all is written
  bool load();   // takes the next thing to send; false when there is none
  void begin_close(std::uint16_t code, std::string_view reason);
  void check_peer();

  Hub& hub_;
  const Quota::Ticket ticket_;
  const std::shared_ptr<WakeHandle> wake_;
  const std::shared_ptr<WsPeer> peer_;
  FrameReader reader_;
  State state_ = State::kOpen;
  MonoTime heard_at_;    // when the client last sent anything
  MonoTime deadline_{};  // of the close
  bool awaits_pong_ = false;
  MonoTime pinged_at_{};
  std::string control_;  // whole frames that go before the next message; at most one ping, a close, and pongs
  std::string head_;     // being sent: control frames, or the head of text_
  SharedText text_;
  bool is_closing_sent_ = false;
};

}  // namespace sentinel::http
