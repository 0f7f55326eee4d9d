#include "media/network_guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace sentinel::media {
namespace {

// Written as text once: every entry is checked by NetworkGuard's tests.
std::vector<IpNetwork> networks_of(const auto& texts) {
  std::vector<IpNetwork> out;
  for (const std::string_view text : texts) out.push_back(parse_network(text).value());
  return out;
}

constexpr std::array<std::string_view, 11> kNever{
    "0.0.0.0/8",    "224.0.0.0/4",    "240.0.0.0/4",  // this network, multicast, reserved and broadcast
    "ff00::/8",     "fe80::/10",      "fec0::/10",    // multicast, link-local, site-local
    "64:ff9b::/96", "64:ff9b:1::/48",                 // IPv4 behind NAT64: RFC 6052, RFC 8215
    "2002::/16",    "2001::/32",                      // 6to4, Teredo
    "100::/64",                                       // discard
};
// Reached only by a network that is listed inside them.
constexpr std::array<std::string_view, 3> kOnlyFromInside{"127.0.0.0/8", "169.254.0.0/16", "::/96"};
// Reached only when listed as a single address.
constexpr std::array<std::string_view, 6> kMetadata{
    "169.254.169.254",  // AWS, Azure, Google, OpenStack, Hetzner and others
    "169.254.170.2",    // AWS ECS: credentials of the task
    "fd00:ec2::254",    // AWS over IPv6
    "100.100.100.200",  // Alibaba
    "192.0.0.192",      // Oracle
    "168.63.129.16",    // Azure: the host's agent
};

bool is_in(const std::vector<IpNetwork>& networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const auto& network) { return network.contains(address); });
}

bool is_never(const IpAddress& address) {
  static const std::vector<IpNetwork> networks = networks_of(kNever);
  static const IpAddress kUnspecified{};
  return address == kUnspecified || is_in(networks, address);
}

}  // namespace

std::vector<std::string> default_camera_networks() {
  return {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"};
}

std::string to_text(const Endpoint& endpoint) {
  const std::string host = to_text(endpoint.address);
  return fmt::format(fmt::runtime(endpoint.address.is_v4() ? "{}:{}" : "[{}]:{}"), host, endpoint.port);
}

Result<NetworkGuard> NetworkGuard::from_cidrs(const std::vector<std::string>& cidrs) {
  std::vector<IpNetwork> networks;
  for (const std::string& cidr : cidrs) {
    const auto network = parse_network(cidr);
    if (!network) return invalid("CAMERA_ALLOWED_NETWORKS: " + network.error().message);
    networks.push_back(*network);
  }
  return NetworkGuard{std::move(networks)};
}

bool NetworkGuard::allows(const IpAddress& address) const {
  static const std::vector<IpNetwork> metadata = networks_of(kMetadata);
  static const std::vector<IpNetwork> inside = networks_of(kOnlyFromInside);
  if (is_never(address)) return false;
  const bool exact_only = is_in(metadata, address);
  return std::any_of(networks_.begin(), networks_.end(), [&](const IpNetwork& network) {
    if (!network.contains(address)) return false;
    if (exact_only) return network.prefix == 128;
    return std::all_of(inside.begin(), inside.end(), [&](const IpNetwork& range) {
      return !range.contains(address) || range.contains(network);
    });
  });
}

Result<Endpoint> NetworkGuard::resolve_allowed(const std::string& host, std::uint16_t port,
                                               const AddressLookup& lookup) const {
  std::vector<IpAddress> addresses;
  if (const auto numeric = parse_address(host)) {
    addresses.push_back(*numeric);
  } else {
    auto found = lookup(host);
    if (!found) return found.error();
    addresses = std::move(*found);
  }
  const auto allowed = std::find_if(addresses.begin(), addresses.end(),
                                    [this](const IpAddress& each) { return allows(each); });
  if (allowed != addresses.end()) return Endpoint{*allowed, port};
  return refusal(addresses.empty() ? IpAddress{} : addresses.front());
}

Error NetworkGuard::refusal(const IpAddress& address) {
  return Error{ErrorKind::kForbidden,
               ClientText{"The camera's address is not in a network that CAMERA_ALLOWED_NETWORKS lists"},
               LogText{to_text(address)}};
}

}  // namespace sentinel::media
