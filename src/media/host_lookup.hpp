// Host names to addresses, without hanging on a dead name server.
#pragma once

#include <chrono>
#include <memory>

#include "media/interrupt.hpp"
#include "media/network_guard.hpp"

namespace sentinel::media {

// Asks the system's resolver (getaddrinfo). Blocks for as long as that takes: half a minute when no name
// server answers. kNotFound: no such name or no address; kUnavailable: no name server answered.
Result<std::vector<IpAddress>> lookup_host(const std::string& host);

// `lookup`, given up after `wait_max` or when `interrupt` is requested (kUnavailable). getaddrinfo cannot be
// cancelled, so it runs on a thread of its own that outlives the answer nobody waits for; at most kLookupsMax
// such threads exist in the process, beyond it the answer is kUnavailable at once.
Result<std::vector<IpAddress>> lookup_within(const std::string& host, std::chrono::milliseconds wait_max,
                                             const Interrupt& interrupt, const AddressLookup& lookup);
inline constexpr int kLookupsMax = 32;

}  // namespace sentinel::media
