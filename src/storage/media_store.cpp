#include "storage/media_store.hpp"

#include <algorithm>

namespace sentinel::storage {
namespace {

constexpr std::size_t kKeyBytesMax = 255;
constexpr int kFoldersMax = 8;

bool is_small(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}
bool is_any(char c) {
  return is_small(c) || (c >= 'A' && c <= 'Z') || c == '.';
}

bool is_media_key(std::string_view key) {
  if (key.size() > kKeyBytesMax) return false;
  int folders = 0;
  for (std::size_t slash = 0; (slash = key.find('/')) != std::string_view::npos;
       key.remove_prefix(slash + 1)) {
    const std::string_view folder = key.substr(0, slash);
    if (folder.empty() || !std::all_of(folder.begin(), folder.end(), is_small)) return false;
    if (++folders > kFoldersMax) return false;
  }
  return folders > 0 && !key.empty() && key.front() != '.' && std::all_of(key.begin(), key.end(), is_any);
}

}  // namespace

Status check_media_key(std::string_view key) {
  if (is_media_key(key)) return {};
  return invalid("A media key is lower-case folders and a file name, like events/2026-11-24/evt_1.jpg");
}

}  // namespace sentinel::storage
