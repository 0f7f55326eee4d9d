// Host names to addresses, without hanging on a dead name server.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "media/interrupt.hpp"
#include "media/network_guard.hpp"

namespace sentinel::media {

// Asks the system's resolver (getaddrinfo). Blocks for as long as that takes: half a minute when no name
// server answers. kNotFound: no such name or no address; kUnavailable: no name server answered.
Result<std::vector<IpAddress>> lookup_host(const std::string& host);

// The system's resolver, or another, given up in time. getaddrinfo cannot be cancelled, so each look-up runs
// on a thread of its own that outlives the answer nobody waits for. Copies share the bound on those.
// Thread-safe.
class HostLookup {
 public:
  explicit HostLookup(AddressLookup ask = lookup_host) : ask_{std::move(ask)} {}

  // What the resolver answers; kUnavailable after `wait_max`, when `interrupt` is requested, or at once when
  // kRunningMax look-ups are still waiting for theirs.
  Result<std::vector<IpAddress>> within(const std::string& host, std::chrono::milliseconds wait_max,
                                        const Interrupt& interrupt) const;

  static constexpr int kRunningMax = 32;

 private:
  AddressLookup ask_;
  std::shared_ptr<std::atomic<int>> running_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace sentinel::media
