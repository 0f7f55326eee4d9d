#include "config/rules.hpp"

#include "base/ip_address.hpp"

namespace sentinel::config {
namespace {

schema::Verdict verdict(bool fine, const char* words) {
  if (fine) return std::nullopt;
  return schema::Issue{"value_error", words, {}};
}

}  // namespace

bool is_origin(const std::string& text) {
  return text == "*" ||
         schema::matches("^https?://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?$", text);
}

schema::Verdict network::check(const std::string& text) const {
  return verdict(parse_network(text).has_value(), "not a network");
}

schema::Verdict origin::check(const std::string& text) const {
  return verdict(is_origin(text), "not an origin");
}

schema::Verdict min_bytes::check(const std::string& text) const {
  return verdict(text.size() >= limit, "too short");
}

}  // namespace sentinel::config
