#include "storage/sealed_camera.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string>

namespace sentinel::storage {
namespace {

// "5:admin": the length says where a text ends, whatever bytes it is made of.
std::string with_length(std::string_view text) {
  return fmt::format("{}:{}", text.size(), text);
}

std::optional<std::string> take_text(std::string_view& rest) {
  std::size_t length = 0;
  const char* const end = rest.data() + rest.size();
  const auto [colon, failed] = std::from_chars(rest.data(), end, length);
  if (failed != std::errc{} || colon == end || *colon != ':') return std::nullopt;
  if (length > static_cast<std::size_t>(end - colon - 1)) return std::nullopt;
  std::string text{colon + 1, length};
  rest = {colon + 1 + length, static_cast<std::size_t>(end - colon - 1) - length};
  return text;
}

}  // namespace

std::string_view open_url(const domain::Camera& camera) {
  return std::string_view{camera.url}.substr(0, camera.url.find('?'));
}

std::optional<std::vector<std::uint8_t>> seal_secrets(const auth::Key& key, const domain::Camera& camera) {
  const std::string_view query = std::string_view{camera.url}.substr(open_url(camera).size());
  if (query.empty() && !camera.credentials) return std::nullopt;
  std::string plain = with_length(query);
  if (camera.credentials) {
    plain += with_length(camera.credentials->username) + with_length(camera.credentials->password);
  }
  return auth::seal(key, plain, camera.id);
}

bool open_secrets(const auth::Key& key, const std::vector<std::uint8_t>& box, domain::Camera& camera) {
  const auto plain = auth::unseal(key, box, camera.id);
  if (!plain) return false;
  std::string_view rest = *plain;
  const auto query = take_text(rest);
  if (!query) return false;
  std::optional<domain::CameraCredentials> credentials;
  if (!rest.empty()) {
    auto username = take_text(rest);
    auto password = take_text(rest);
    if (!username || !password || !rest.empty()) return false;
    credentials = domain::CameraCredentials{std::move(*username), std::move(*password)};
  }
  camera.url += *query;
  camera.credentials = std::move(credentials);
  return true;
}

}  // namespace sentinel::storage
