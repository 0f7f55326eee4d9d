#include "http/hub.hpp"

#include <algorithm>
#include <limits>

#include "http/ws_peer.hpp"

namespace sentinel::http {

Hub::Hub(const HubConfig& config, Authenticator& authenticator, HubPolicy& policy, const Clock& clock,
         Defer defer)
    : config_{config},
      authenticator_{authenticator},
      policy_{policy},
      clock_{clock},
      defer_{std::move(defer)},
      connections_{config.connections_max, config.connections_max},
      unauthenticated_{std::numeric_limits<std::size_t>::max(), config.unauthenticated_per_address_max} {}

void Hub::publish(const std::string& channel, std::string_view subject, const SharedText& text,
                  Delivery delivery) {
  const Members members = channels_.with([&](const auto& channels) {
    const auto known = channels.find(channel);
    return known == channels.end() ? nullptr : known->second;
  });
  if (members == nullptr) return;
  const MonoTime now = clock_.mono_now();
  std::vector<const WsPeer*> queued;
  queued.reserve(members->size());
  for (const Member& member : *members) {
    if (!policy_.may_receive(*member.caller, subject)) continue;
    const Outbox::Pushed pushed = member.peer->deliver(channel, text, delivery, now);
    if (pushed.is_queued) queued.push_back(member.peer.get());
    if (pushed.dropped_event) events_missed_.fetch_add(1, std::memory_order_relaxed);
    if (pushed.dropped_frame) frames_dropped_.fetch_add(1, std::memory_order_relaxed);
  }
  // Afterwards, so that the loops do not contend with us for the queues while we fill them.
  for (const WsPeer* peer : queued) peer->wake();
}

HubStats Hub::stats() const {
  return {.connections = connections_.taken(),
          .sent = sent_.load(std::memory_order_relaxed),
          .events_missed = events_missed_.load(std::memory_order_relaxed),
          .frames_dropped = frames_dropped_.load(std::memory_order_relaxed)};
}

Result<std::shared_ptr<WsPeer>> Hub::admit(std::string token, const std::string& address,
                                           std::function<void()> wake) {
  std::optional<auth::Caller> caller;
  if (!token.empty()) {
    Result<auth::Caller> known = authenticator_.authenticate(token);
    if (!known) return known.error();
    caller = std::move(*known);
  }
  auto place = connections_.take(address);
  if (!place) return unavailable("Too many sockets are open: try again later");
  std::optional<Quota::Ticket> probation;
  if (!caller) {
    probation = unauthenticated_.take(address);
    if (!probation) {
      return Error{ErrorKind::kThrottled,
                   ClientText{"Too many sockets of this address are not authenticated"}};
    }
  }
  auto peer = std::make_shared<WsPeer>(*this, std::move(*place), std::move(wake));
  if (caller) {
    peer->welcome(std::move(token), std::move(*caller));
  } else {
    peer->await_token(std::move(*probation));
  }
  return peer;
}

Hub::Demand Hub::demand_of(const std::vector<Member>& members) {
  Demand demand;
  for (const Member& member : members) {
    if (!member.frames) continue;
    double& fps = member.frames->boxes ? demand.boxes : demand.plain;
    fps = std::max(fps, member.frames->fps);
  }
  return demand;
}

void Hub::change(const std::string& channel, const std::function<void(std::vector<Member>&)>& edit) {
  const std::lock_guard lock{changes_};
  const Members before = channels_.with([&](const auto& channels) {
    const auto known = channels.find(channel);
    return known == channels.end() ? nullptr : known->second;
  });
  auto after = std::make_shared<std::vector<Member>>(before == nullptr ? std::vector<Member>{} : *before);
  edit(*after);
  channels_.with([&](auto& channels) {
    if (after->empty()) {
      channels.erase(channel);
    } else {
      channels.insert_or_assign(channel, after);
    }
  });
  const Demand was = before == nullptr ? Demand{} : demand_of(*before);
  const Demand is = demand_of(*after);
  if (was.plain != is.plain) policy_.on_frame_demand(channel, false, is.plain);
  if (was.boxes != is.boxes) policy_.on_frame_demand(channel, true, is.boxes);
}

void Hub::join(const std::shared_ptr<WsPeer>& peer, const std::shared_ptr<const auth::Caller>& caller,
               const std::string& channel, std::optional<FrameWish> frames) {
  change(channel, [&](std::vector<Member>& members) {
    const auto known = std::ranges::find(members, peer, &Member::peer);
    if (known != members.end()) {
      known->frames = frames;
      known->caller = caller;
    } else {
      members.push_back({peer, caller, frames});
    }
  });
}

void Hub::leave(const WsPeer* peer, const std::string& channel) {
  change(channel, [&](std::vector<Member>& members) {
    std::erase_if(members, [&](const Member& member) { return member.peer.get() == peer; });
  });
}

}  // namespace sentinel::http
