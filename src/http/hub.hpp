// Publish and subscribe over WebSockets: texts on named channels, whatever they mean.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "auth/user.hpp"
#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "http/authenticator.hpp"
#include "http/quota.hpp"
#include "http/ws_outbox.hpp"

namespace sentinel::http {

class WsPeer;

struct HubConfig {
  std::size_t connections_max = 256;
  std::size_t unauthenticated_per_address_max = 8;  // sockets whose first message is to bring the token
  std::chrono::milliseconds heartbeat{30'000};      // silence after which a ping is sent; as long again, and
                                                    // the socket is closed
  std::chrono::milliseconds auth_timeout{5'000};
  std::chrono::milliseconds recheck_period{4'000};        // of tokens and rights
  std::optional<FrameWish> default_frames = FrameWish{};  // of a subscription that says nothing about frames
};

struct HubStats {
  std::size_t connections = 0;
  std::uint64_t sent = 0;            // messages handed to the network whole
  std::uint64_t events_missed = 0;   // that gave way in a full queue
  std::uint64_t frames_dropped = 0;  // that gave way to a newer one; not those beyond a client's fps
};

// What a client that was away has to be told, oldest first; `beyond` more is older yet, and left out.
struct Replay {
  std::vector<SharedText> texts;
  std::uint64_t beyond = 0;
};

// Runs a job on a thread that may block. False when too many wait: the job is dropped.
using Defer = std::function<bool(std::function<void()>)>;

// What the channels mean: implemented by api/. Called on event loops, but for replay(): fast, and without a
// call back to the hub's subscriptions.
class HubPolicy {
 public:
  virtual ~HubPolicy() = default;
  virtual bool may_subscribe(const auth::Caller& caller, std::string_view channel) = 0;
  // Whether a text about `subject` is for that caller, on a channel that it hears. Called for each text and
  // subscriber.
  virtual bool may_receive(const auth::Caller& caller, std::string_view subject) = 0;
  // The highest fps that a client of the channel asks for, 0 for none; apart for frames with and without
  // boxes. Called in the order of the changes, only when the figure changes, and never twice at once.
  virtual void on_frame_demand(const std::string& channel, bool boxes, double fps) = 0;
  // What was published on the channel after `since` and is for the caller, at most Outbox::kReplayMax texts.
  // What is published at the same time may come twice. kInvalid for a `since` that names nothing. Called on a
  // thread of the hub's Defer: may block and throw.
  virtual Result<Replay> replay(const auth::Caller& caller, const std::string& channel,
                                std::string_view since) = 0;
};

// Thread-safe. Everything handed in outlives it; it outlives the server whose sockets it serves, and the jobs
// that it deferred.
class Hub {
 public:
  Hub(const HubConfig& config, Authenticator& authenticator, HubPolicy& policy, const Clock& clock,
      Defer defer);
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // Queues the text, which is about `subject`, for every subscriber that may have it and returns: no I/O,
  // whatever the clients do. From any thread.
  void publish(const std::string& channel, std::string_view subject, const SharedText& text,
               Delivery delivery);
  HubStats stats() const;

  // What follows is for sockets.

  // A place for a new socket. kUnauthenticated for a token that is refused, kUnavailable when connections_max
  // is reached, kThrottled for too many sockets without token from one address. `wake` may be called from any
  // thread, until leave() and shortly after.
  Result<std::shared_ptr<WsPeer>> admit(std::string token, const std::string& address,
                                        std::function<void()> wake);
  // Sets or changes a subscription of the peer, with the rights that `caller` has.
  void join(const std::shared_ptr<WsPeer>& peer, const std::shared_ptr<const auth::Caller>& caller,
            const std::string& channel, std::optional<FrameWish> frames);
  void leave(const WsPeer* peer, const std::string& channel);

  void count_sent(std::size_t messages) { sent_.fetch_add(messages, std::memory_order_relaxed); }
  const HubConfig& config() const { return config_; }
  Authenticator& authenticator() { return authenticator_; }
  HubPolicy& policy() { return policy_; }
  const Clock& clock() const { return clock_; }
  bool defer(std::function<void()> job) { return defer_(std::move(job)); }

 private:
  struct Member {
    std::shared_ptr<WsPeer> peer;
    std::shared_ptr<const auth::Caller> caller;
    std::optional<FrameWish> frames;
  };
  // Copied when it changes, so that publish() walks it without a lock.
  using Members = std::shared_ptr<const std::vector<Member>>;
  struct Demand {
    double plain = 0;
    double boxes = 0;
  };
  static Demand demand_of(const std::vector<Member>& members);
  void change(const std::string& channel, const std::function<void(std::vector<Member>&)>& edit);

  const HubConfig config_;
  Authenticator& authenticator_;
  HubPolicy& policy_;
  const Clock& clock_;
  const Defer defer_;
  Quota connections_;
  Quota unauthenticated_;
  // Held while a change is made and told to the policy, so that figures arrive in order. publish() never
  // waits for it.
  std::mutex changes_;
  Guarded<std::map<std::string, Members, std::less<>>> channels_;
  std::atomic<std::uint64_t> sent_ = 0;
  std::atomic<std::uint64_t> events_missed_ = 0;
  std::atomic<std::uint64_t> frames_dropped_ = 0;
};

}  // namespace sentinel::http
