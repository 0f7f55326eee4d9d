#include "base/ip_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace sentinel {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int kMappedBits = 96;

bool share_bits(const IpAddress& a, const IpAddress& b, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(a.bytes.begin(), a.bytes.begin() + static_cast<std::ptrdiff_t>(whole), b.bytes.begin())) {
    return false;
  }
  const int rest = bits % 8;
  if (rest == 0) return true;
  return ((a.bytes[whole] ^ b.bytes[whole]) >> (8 - rest)) == 0;
}

bool has_bits_beyond(const IpAddress& address, int prefix) {
  for (int bit = prefix; bit < 128; ++bit) {
    if ((address.bytes[static_cast<std::size_t>(bit / 8)] >> (7 - bit % 8)) & 1) return true;
  }
  return false;
}

Error bad_network(std::string_view text, std::string_view reason) {
  return invalid(fmt::format("{:?} is not a network: {}", text.substr(0, 64), reason));
}

}  // namespace

bool IpAddress::is_v4() const {
  return std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
}

std::optional<IpAddress> parse_address(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  const std::string terminated{text};
  IpAddress out;
  in_addr v4{};
  if (inet_pton(AF_INET, terminated.c_str(), &v4) == 1) {
    std::copy(kMapped.begin(), kMapped.end(), out.bytes.begin());
    std::memcpy(out.bytes.data() + kMapped.size(), &v4, sizeof v4);
    return out;
  }
  if (inet_pton(AF_INET6, terminated.c_str(), out.bytes.data()) == 1) return out;
  return std::nullopt;
}

std::string to_text(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = address.is_v4();
  inet_ntop(v4 ? AF_INET : AF_INET6, address.bytes.data() + (v4 ? kMapped.size() : 0), text.data(),
            text.size());
  return text.data();
}

bool IpNetwork::contains(const IpAddress& address) const {
  // "::/0" means every IPv6 address; the mapped IPv4 ones inside it are IPv4 addresses.
  if (base.is_v4() != address.is_v4()) return false;
  return share_bits(base, address, prefix);
}

bool IpNetwork::contains(const IpNetwork& inner) const {
  return inner.prefix >= prefix && contains(inner.base);
}

Result<IpNetwork> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto base = parse_address(text.substr(0, slash));
  if (!base) return bad_network(text, "write it as 192.168.0.0/16 or fd00::/8");
  const bool dotted = text.substr(0, slash).find(':') == std::string_view::npos;
  if (base->is_v4() && !dotted) return bad_network(text, "write IPv4 without ::ffff:");
  const int bits = dotted ? 32 : 128;
  int length = bits;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (failure != std::errc{} || end != digits.data() + digits.size() || length < 0 || length > bits) {
      return bad_network(text, fmt::format("after the slash comes 0 to {}", bits));
    }
  }
  const IpNetwork network{*base, dotted ? kMappedBits + length : length};
  if (has_bits_beyond(*base, network.prefix))
    return bad_network(text, "the address has bits set beyond the prefix");
  return network;
}

}  // namespace sentinel
