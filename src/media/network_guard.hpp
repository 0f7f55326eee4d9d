// Which addresses Sentinel may connect to as a camera: the guard against being made to talk to the operator's
// own services (server-side request forgery). The policy is pure; resolve_allowed() adds the name look-up.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/ip_address.hpp"

namespace sentinel::media {

// The default of CAMERA_ALLOWED_NETWORKS: RFC 1918 and RFC 4193 (unique local IPv6).
std::vector<std::string> default_camera_networks();

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
};

// "10.0.0.1:554", "[fd00::5]:554"
std::string to_text(const Endpoint& endpoint);

// All addresses of a host. kNotFound: there are none. kUnavailable: the look-up failed or was given up.
using AddressLookup = std::function<Result<std::vector<IpAddress>>(const std::string& host)>;

// Immutable, so thread-safe. An address may be connected to when one of the listed networks contains it,
// except:
// - never: multicast, unspecified and reserved addresses, IPv6 link-local (it needs an interface, which no
// address
//   of a camera names), and IPv6 forms that carry an IPv4 address past the list (RFC 6052, 6to4, Teredo,
//   IPv4- compatible); IPv4-mapped ones are judged as the IPv4 address they are;
// - loopback and 169.254.0.0/16 only by a network listed *inside* that range: 0.0.0.0/0 does not open them;
// - the metadata addresses of cloud machines (169.254.169.254, fd00:ec2::254 and others) only when listed
// exactly,
//   as a single address.
class NetworkGuard {
 public:
  // CIDRs as CAMERA_ALLOWED_NETWORKS lists them; an empty list allows no camera on the network. kInvalid:
  // names the entry that is not a network.
  static Result<NetworkGuard> from_cidrs(const std::vector<std::string>& cidrs);

  bool allows(const IpAddress& address) const;
  // kForbidden, naming CAMERA_ALLOWED_NETWORKS; the address is for the log.
  static Error refusal(const IpAddress& address);

  // Looks the host up and gives the first of its addresses that is allowed: the one to connect to, as a
  // number, so that no second look-up can answer differently. A numeric host is not looked up. kForbidden: it
  // has addresses and none is allowed; the message names CAMERA_ALLOWED_NETWORKS. Else as `lookup`.
  Result<Endpoint> resolve_allowed(const std::string& host, std::uint16_t port,
                                   const AddressLookup& lookup) const;

 private:
  explicit NetworkGuard(std::vector<IpNetwork> networks) : networks_{std::move(networks)} {}
  std::vector<IpNetwork> networks_;
};

}  // namespace sentinel::media
