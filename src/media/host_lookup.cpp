#include "media/host_lookup.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>

namespace sentinel::media {
namespace {

using Answer = Result<std::vector<IpAddress>>;

// What the asking thread and the look-up thread share; the later of the two frees it.
struct Pending {
  std::mutex mutex;
  std::condition_variable_any ready;
  std::optional<Answer> answer;
};

std::optional<IpAddress> address_of(const sockaddr* socket_address) {
  std::array<char, NI_MAXHOST> text{};
  const socklen_t length = socket_address->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  if (getnameinfo(socket_address, length, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
    return std::nullopt;
  }
  return parse_address(text.data());  // one with a scope (fe80::1%eth0) is not an address to us
}

Error lookup_error(int code) {
  const LogText cause{gai_strerror(code)};
  if (code == EAI_NONAME || code == EAI_NODATA) {
    return Error{ErrorKind::kNotFound, ClientText{"The camera's host name is not known"}, cause};
  }
  return Error{ErrorKind::kUnavailable, ClientText{"The camera's host name cannot be looked up now"}, cause};
}

}  // namespace

Result<std::vector<IpAddress>> lookup_host(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  if (const int code = getaddrinfo(host.c_str(), nullptr, &hints, &list); code != 0)
    return lookup_error(code);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{list, &freeaddrinfo};
  std::vector<IpAddress> out;
  for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
    const auto address = address_of(each->ai_addr);
    if (address && std::find(out.begin(), out.end(), *address) == out.end()) out.push_back(*address);
  }
  if (out.empty()) return lookup_error(EAI_NONAME);
  return out;
}

Result<std::vector<IpAddress>> HostLookup::within(const std::string& host, std::chrono::milliseconds wait_max,
                                                  const Interrupt& interrupt) const {
  if (++*running_ > kRunningMax) {
    --*running_;
    return unavailable("Too many host names are being looked up; the name server seems not to answer");
  }
  auto pending = std::make_shared<Pending>();
  std::thread{[pending, host, ask = ask_, running = running_] {
    Answer answer = ask(host);
    {
      const std::lock_guard lock{pending->mutex};
      pending->answer.emplace(std::move(answer));
    }
    pending->ready.notify_all();
    --*running;
  }}.detach();
  std::unique_lock lock{pending->mutex};
  pending->ready.wait_for(lock, interrupt.token(), wait_max, [&] { return pending->answer.has_value(); });
  if (pending->answer) return std::move(*pending->answer);
  if (interrupt.requested()) return unavailable("Interrupted");
  return unavailable("The name server did not answer in time");
}

}  // namespace sentinel::media
