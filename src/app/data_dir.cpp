#include "app/data_dir.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>
#include <tuple>

namespace sentinel::app {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOwnerAlone = 0700;
constexpr mode_t kOthers = 077;

[[noreturn]] void fail(const fs::path& path, const char* what, int code) {
  throw std::runtime_error(
      fmt::format("DATA_DIR: {} {} ({})", path.string(), what, std::generic_category().message(code)));
}

// Answers the warning.
std::string make(const fs::path& path) {
  std::error_code failure;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), failure);
  if (failure) fail(path, "cannot be made", failure.value());
  if (::mkdir(path.c_str(), kOwnerAlone) == 0) return {};
  if (errno != EEXIST) fail(path, "cannot be made", errno);
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) fail(path, "cannot be looked at", errno);
  if (!S_ISDIR(facts.st_mode)) fail(path, "is no folder", ENOTDIR);
  if ((facts.st_mode & kOthers) == 0) return {};
  return fmt::format("{}: others have rights in the data directory (mode {:o}); chmod 700 takes them away",
                     path.string(), facts.st_mode & 07777U);
}

// "process 4711 ", of what the holder wrote into its lock; empty when it is just writing it.
std::string holder_text(int fd) {
  std::array<char, 16> text{};
  const ssize_t got = ::pread(fd, text.data(), text.size(), 0);
  const std::string pid{text.data(), static_cast<std::size_t>(got > 0 ? got : 0)};
  const bool whole = pid.ends_with('\n') && pid.find_first_not_of("0123456789") == pid.size() - 1;
  return whole ? fmt::format("process {}", pid.substr(0, pid.size() - 1)) : "another process";
}

media::OwnedFd take_lock(const fs::path& folder) {
  const fs::path path = folder / "lock";
  media::OwnedFd lock{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!lock) fail(path, "cannot be opened", errno);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) fail(path, "cannot be locked", errno);
    throw std::runtime_error(
        fmt::format("DATA_DIR: {} is in use by {}; stop that one, or give this one a folder of its own with "
                    "DATA_DIR or --data-dir",
                    folder.string(), holder_text(lock.get())));
  }
  // Only a help for whoever is refused, so it may fail.
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(lock.get(), 0) == 0) std::ignore = ::pwrite(lock.get(), pid.data(), pid.size(), 0);
  return lock;
}

}  // namespace

DataDir::DataDir(const fs::path& path) {
  const fs::path folder = path.has_filename() ? path : path.parent_path();  // "data/" is "data"
  warning_ = make(folder);
  lock_ = take_lock(folder);
}

}  // namespace sentinel::app
