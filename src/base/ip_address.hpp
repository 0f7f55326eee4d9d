// Internet addresses and networks as values. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sentinel {

// An IPv4 or IPv6 address in network byte order. IPv4 is held as IPv4-mapped IPv6 (::ffff:a.b.c.d, RFC
// 4291 2.5.5.2), so that the two ways to write one address are one value.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  bool is_v4() const;
  bool operator==(const IpAddress&) const = default;
};

// "10.0.0.1", "fd00::5" or "::ffff:10.0.0.1". Empty on anything else: no names, no short forms, no scope.
std::optional<IpAddress> parse_address(std::string_view text);
std::string to_text(const IpAddress& address);

// The addresses that share the first `prefix` bits (of 128) with `base`.
struct IpNetwork {
  IpAddress base;
  int prefix = 128;

  bool contains(const IpAddress& address) const;
  bool contains(const IpNetwork& inner) const;
};

// "10.0.0.0/8", "fd00::/8" or a single address. kInvalid: anything else, bits set beyond the prefix, or an
// IPv4 network written in the mapped form.
Result<IpNetwork> parse_network(std::string_view text);

}  // namespace sentinel
