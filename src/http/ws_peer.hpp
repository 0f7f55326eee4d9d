// The conversation with one client of a socket, without the socket: who it is, what it hears, when it must
// go.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "auth/user.hpp"
#include "base/guarded.hpp"
#include "http/hub.hpp"
#include "http/quota.hpp"
#include "http/ws_outbox.hpp"

namespace sentinel::http {

// Used by its socket's thread alone, but for deliver(), wake() and the answer to a question for what was
// missed. The socket calls leave() before it lets go; the hub and such an answer may hold the peer a little
// longer.
class WsPeer final : public std::enable_shared_from_this<WsPeer> {
 public:
  WsPeer(Hub& hub, Quota::Ticket place, std::function<void()> wake);

  // One of these two comes first. welcome() sends "connected".
  void welcome(std::string token, auth::Caller caller);
  void await_token(Quota::Ticket probation);

  void on_message(std::string_view text);
  // Checks the times: of the first message, of the token, of the next look at it and at the rights.
  void tick(MonoTime now);
  // Set when the socket is to be closed, with this code and reason.
  struct Closing {
    std::uint16_t code = 0;
    std::string_view reason;
  };
  const std::optional<Closing>& closing() const { return closing_; }
  void leave();

  SharedText next();
  // Whether the client must read before it may ask for more.
  bool is_owed_much() const;

  // Any thread: queues, and wake() has the socket look at the queue.
  Outbox::Pushed deliver(const std::string& channel, const SharedText& text, Delivery delivery, MonoTime now);
  void wake() const { wake_(); }

 private:
  void authenticate(const std::string& token);
  void subscribe(const ws::Subscribe& message);
  void ask_replay(const std::vector<std::string>& channels, const std::string& since);
  // On a thread that may block.
  void replay(const auth::Caller& caller, const std::vector<std::string>& channels, std::string_view since);
  void unsubscribe(const std::vector<std::string>& channels);
  void recheck();
  void reply(std::string text);

  Hub& hub_;
  const Quota::Ticket place_;
  const std::function<void()> wake_;
  std::optional<Quota::Ticket> probation_;
  std::string token_;
  std::shared_ptr<const auth::Caller> caller_;  // null before authentication
  MonoTime next_check_;                         // before authentication: when it must have come
  std::optional<Closing> closing_;
  Guarded<Outbox> outbox_;
};

}  // namespace sentinel::http
