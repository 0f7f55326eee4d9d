#include "app/secret_key.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "auth/keys.hpp"
#include "base/log.hpp"

namespace sentinel::app {
namespace {

constexpr std::size_t kKeyBytesMin = 32;

[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
  throw std::runtime_error(fmt::format("{}: {} ({})", path.string(), what, std::strerror(errno)));
}

}  // namespace

void write_private_file(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path fresh = path.string() + ".new";
  const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) fail(fresh, "cannot be made");
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fchmod(file, 0600) == 0 && fsync(file) == 0;
  close(file);
  if (!written) fail(fresh, "cannot be written");
  std::filesystem::rename(fresh, path);
}

std::string load_secret_key(const std::optional<std::string>& given, const std::filesystem::path& data_dir) {
  if (given) return *given;
  const std::filesystem::path path = data_dir / "secret.key";
  struct stat facts{};
  if (stat(path.c_str(), &facts) != 0) {
    if (errno != ENOENT) fail(path, "cannot be read");
    const std::string key = auth::random_token(48);
    write_private_file(path, key);
    log::info("auth", "made the server's key, {}: keep it with the backups", path.string());
    return key;
  }
  if ((facts.st_mode & 077U) != 0) {
    throw std::runtime_error(fmt::format("{}: others may read it; run chmod 600 on it", path.string()));
  }
  std::ifstream in{path, std::ios::binary};
  std::string key{std::istreambuf_iterator<char>{in}, {}};
  if (!in) fail(path, "cannot be read");
  if (key.size() < kKeyBytesMin) {
    throw std::runtime_error(
        fmt::format("{}: holds under {} bytes; restore it from a backup", path.string(), kKeyBytesMin));
  }
  return key;
}

}  // namespace sentinel::app
