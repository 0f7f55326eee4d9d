#include "http/ws_peer.hpp"

#include <utility>

#include "base/log.hpp"
#include "http/ws_frame.hpp"
#include "http/ws_protocol.hpp"

namespace sentinel::http {

namespace {

constexpr std::string_view kRightsChanged = "the user's rights have changed";

bool same_rights(const auth::Caller& one, const auth::Caller& other) {
  return one.role == other.role && one.cameras == other.cameras;
}

}  // namespace

WsPeer::WsPeer(Hub& hub, Quota::Ticket place, std::function<void()> wake)
    : hub_{hub}, place_{std::move(place)}, wake_{std::move(wake)} {}

void WsPeer::welcome(std::string token, auth::Caller caller) {
  token_ = std::move(token);
  caller_ = std::make_shared<const auth::Caller>(std::move(caller));
  probation_.reset();
  next_check_ = hub_.clock().mono_now() + hub_.config().recheck_period;
  reply(connected_text(*caller_));
}

void WsPeer::await_token(Quota::Ticket probation) {
  probation_.emplace(std::move(probation));
  next_check_ = hub_.clock().mono_now() + hub_.config().auth_timeout;
}

void WsPeer::reply(std::string text) {
  outbox_.with([&](Outbox& outbox) { outbox.push_reply(std::move(text)); });
}

SharedText WsPeer::next() {
  return outbox_.with([](Outbox& outbox) { return outbox.next(); });
}

bool WsPeer::is_owed_much() const {
  return outbox_.with([](const Outbox& outbox) { return outbox.replies() >= Outbox::kRepliesMax; });
}

Outbox::Pushed WsPeer::deliver(const std::string& channel, const SharedText& text, Delivery delivery,
                               MonoTime now) {
  return outbox_.with([&](Outbox& outbox) { return outbox.push(channel, text, delivery, now); });
}

void WsPeer::on_message(std::string_view text) {
  if (closing_) return;
  const Result<ClientMessage> message = parse_client_message(text);
  if (!message) return reply(socket_error_text(message.error().message));
  if (const auto* token = std::get_if<ws::Authenticate>(&*message)) return authenticate(token->token);
  if (const auto* ping = std::get_if<ws::Ping>(&*message)) return reply(pong_text(ping->timestamp));
  if (!caller_) return reply(socket_error_text("Not authenticated"));
  if (const auto* wish = std::get_if<ws::Subscribe>(&*message)) return subscribe(*wish);
  if (const auto* wish = std::get_if<ws::Unsubscribe>(&*message)) unsubscribe(wish->channels);
}

// Also of a socket that is authenticated: so a client goes on with a fresh token.
void WsPeer::authenticate(const std::string& token) {
  Result<auth::Caller> caller = hub_.authenticator().authenticate(token);
  if (!caller || (caller_ && caller_->user_id != caller->user_id)) {
    reply(socket_error_text(caller ? "The token is another user's" : caller.error().message));
    if (!caller_) closing_ = {kCloseUnauthenticated, "not authenticated"};
    return;
  }
  if (caller_ && !same_rights(*caller_, *caller)) {
    closing_ = {kCloseUnauthenticated, kRightsChanged};
    return;
  }
  welcome(token, std::move(*caller));
}

void WsPeer::subscribe(const ws::Subscribe& message) {
  const auto frames = message.says_frames ? message.frames : hub_.config().default_frames;
  std::vector<std::string> joined;
  for (const std::string& channel : message.channels) {
    if (!hub_.policy().may_subscribe(*caller_, channel)) {
      reply(socket_error_text("channel " + channel + ": unknown, or not for this user"));
      continue;
    }
    if (!outbox_.with([&](Outbox& outbox) { return outbox.subscribe(channel, frames); })) {
      reply(socket_error_text("too many channels: unsubscribe from some first"));
      break;
    }
    hub_.join(shared_from_this(), caller_, channel, frames);
    joined.push_back(channel);
  }
  reply(channels_text("subscribed", joined));
  if (message.since && !joined.empty()) ask_replay(joined, *message.since);
}

// After the channels were joined: what is published from now on comes anyway, what was before is asked for.
void WsPeer::ask_replay(const std::vector<std::string>& channels, const std::string& since) {
  if (!outbox_.with([](Outbox& outbox) { return outbox.begin_replay(); })) {
    return reply(socket_error_text("since: the one before is still being answered, try again"));
  }
  const bool taken = hub_.defer([self = shared_from_this(), caller = caller_, channels, since] {
    self->replay(*caller, channels, since);
  });
  if (taken) return;
  outbox_.with([](Outbox& outbox) { outbox.end_replay(); });
  reply(socket_error_text("since: the server is busy, try again"));
}

void WsPeer::replay(const auth::Caller& caller, const std::vector<std::string>& channels,
                    std::string_view since) {
  try {
    for (const std::string& channel : channels) {
      const bool has_left = !outbox_.with([&](const Outbox& outbox) { return outbox.has(channel); });
      if (has_left) continue;
      const Result<Replay> found = hub_.policy().replay(caller, channel, since);
      if (!found) {
        reply(socket_error_text(found.error().message));
        continue;
      }
      outbox_.with([&](Outbox& outbox) { outbox.push_replay(channel, found->texts, found->beyond); });
    }
  } catch (const std::exception& exception) {
    log::error("websocket", "what a client missed cannot be told: {}", exception.what());
    reply(socket_error_text("since: what was missed cannot be told now, try again"));
  }
  outbox_.with([](Outbox& outbox) { outbox.end_replay(); });
  wake();
}

void WsPeer::unsubscribe(const std::vector<std::string>& channels) {
  for (const std::string& channel : channels) {
    outbox_.with([&](Outbox& outbox) { outbox.unsubscribe(channel); });
    hub_.leave(this, channel);
  }
  reply(channels_text("unsubscribed", channels));
}

void WsPeer::tick(MonoTime now) {
  if (closing_) return;
  if (!caller_) {
    if (now >= next_check_) closing_ = {kCloseUnauthenticated, "no token came"};
    return;
  }
  if (hub_.clock().utc_now() >= caller_->expires_at) {
    closing_ = {kCloseUnauthenticated, "the token has expired"};
  } else if (now >= next_check_) {
    next_check_ = now + hub_.config().recheck_period;
    recheck();
  }
}

// The session may have been ended, the user changed, a right lost or won. What is under way was queued with
// the old rights: the client connects anew, with `since`.
void WsPeer::recheck() {
  Result<auth::Caller> caller = hub_.authenticator().authenticate(token_);
  if (!caller) {
    closing_ = {kCloseUnauthenticated, "the token is no longer accepted"};
    return;
  }
  if (!same_rights(*caller_, *caller)) {
    closing_ = {kCloseUnauthenticated, kRightsChanged};
    return;
  }
  caller_ = std::make_shared<const auth::Caller>(std::move(*caller));
  std::vector<std::string> lost;
  for (std::string& channel : outbox_.with([](const Outbox& outbox) { return outbox.channels(); })) {
    if (!hub_.policy().may_subscribe(*caller_, channel)) lost.push_back(std::move(channel));
  }
  if (!lost.empty()) unsubscribe(lost);
}

void WsPeer::leave() {
  for (const std::string& channel : outbox_.with([](const Outbox& outbox) { return outbox.channels(); })) {
    outbox_.with([&](Outbox& outbox) { outbox.unsubscribe(channel); });
    hub_.leave(this, channel);
  }
}

}  // namespace sentinel::http
