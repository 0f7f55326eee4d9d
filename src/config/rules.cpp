#include "config/rules.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>

namespace sentinel::config {
namespace {

schema::Verdict verdict(bool fine, const char* words) {
  if (fine) return std::nullopt;
  return schema::Issue{"value_error", words, {}};
}

bool bits_clear_from(const std::array<unsigned char, 16>& bytes, std::size_t size, unsigned prefix) {
  for (std::size_t bit = prefix; bit < size * 8; ++bit) {
    if ((static_cast<unsigned>(bytes[bit / 8]) >> (7 - bit % 8) & 1U) != 0) return false;
  }
  return true;
}

}  // namespace

bool is_network(const std::string& text) {
  const auto slash = text.find('/');
  const std::string address = text.substr(0, slash);
  std::array<unsigned char, 16> bytes{};
  std::size_t size = 4;
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) != 1) {
    size = 16;
    if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return false;
  }
  if (slash == std::string::npos) return true;
  const char* begin = text.data() + slash + 1;
  const char* end = text.data() + text.size();
  unsigned prefix = 0;
  const auto [stop, fault] = std::from_chars(begin, end, prefix);
  if (fault != std::errc{} || stop != end || prefix > size * 8) return false;
  return bits_clear_from(bytes, size, prefix);
}

bool is_origin(const std::string& text) {
  return text == "*" ||
         schema::matches("^https?://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?$", text);
}

schema::Verdict network::check(const std::string& text) const {
  return verdict(is_network(text), "not a network");
}

schema::Verdict origin::check(const std::string& text) const {
  return verdict(is_origin(text), "not an origin");
}

schema::Verdict min_bytes::check(const std::string& text) const {
  return verdict(text.size() >= limit, "too short");
}

}  // namespace sentinel::config
