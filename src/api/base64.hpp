// Base 64 with padding (RFC 4648, section 4), for pictures inside JSON.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace sentinel::api {

inline std::string to_base64(std::span<const std::uint8_t> bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::size_t i = 0;
  for (; i + 2 < bytes.size(); i += 3) {
    const unsigned group = static_cast<unsigned>(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]);
    for (const unsigned shift : {18U, 12U, 6U, 0U}) out.push_back(kDigits[group >> shift & 63U]);
  }
  if (const std::size_t left = bytes.size() - i; left > 0) {
    const unsigned group = static_cast<unsigned>(bytes[i] << 16 | (left == 2 ? bytes[i + 1] << 8 : 0));
    out.push_back(kDigits[group >> 18U & 63U]);
    out.push_back(kDigits[group >> 12U & 63U]);
    out.push_back(left == 2 ? kDigits[group >> 6U & 63U] : '=');
    out.push_back('=');
  }
  return out;
}

}  // namespace sentinel::api
