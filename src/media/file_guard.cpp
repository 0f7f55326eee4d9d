#include "media/file_guard.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace sentinel::media {
namespace {

namespace fs = std::filesystem;

constexpr int kLinksMax = 40;  // as the kernel

fs::path link_of(const OwnedFd& fd) {
  return fmt::format("/proc/self/fd/{}", fd.get());
}

bool starts_with(const fs::path& path, const fs::path& root) {
  return std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first == root.end();
}

// Where the path leads, links followed as far as there are any, also where nothing is there.
fs::path end_of_links(const fs::path& path) {
  fs::path reached = path.root_path();
  std::vector<fs::path> ahead;  // the next one last
  const auto put_ahead = [&ahead](const fs::path& parts) {
    const std::vector<fs::path> all{parts.begin(), parts.end()};
    ahead.insert(ahead.end(), all.rbegin(), all.rend());
  };
  put_ahead(path.relative_path());
  for (int links = 0; !ahead.empty();) {
    const fs::path part = std::exchange(ahead.back(), {});
    ahead.pop_back();
    if (part == "..") {
      reached = reached.parent_path();
      continue;
    }
    std::error_code none;
    const fs::path target = fs::read_symlink(reached / part, none);
    if (none || ++links > kLinksMax) {
      reached /= part;
      continue;
    }
    if (target.is_absolute()) reached = target.root_path();
    put_ahead(target.relative_path());
  }
  return reached.lexically_normal();
}

Error outside() {
  return Error{ErrorKind::kForbidden,
               ClientText{"The file is not inside a folder that FILE_SOURCE_ROOTS lists"}};
}

Error error_of(int code) {
  const LogText cause{std::generic_category().message(code)};
  if (code == ENOENT || code == ENOTDIR) {
    return Error{ErrorKind::kNotFound, ClientText{"The file does not exist"}, cause};
  }
  if (code == ENAMETOOLONG || code == ELOOP) {
    return Error{ErrorKind::kInvalid, ClientText{"The path of the file is too long or a loop of links"},
                 cause};
  }
  return Error{ErrorKind::kUnavailable, ClientText{"The file cannot be opened for reading"}, cause};
}

}  // namespace

OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) ::close(fd_);
}

Result<FileGuard> FileGuard::from_roots(const std::vector<fs::path>& roots) {
  std::vector<fs::path> normal;
  for (const fs::path& root : roots) {
    if (!root.is_absolute()) {
      return invalid(fmt::format("FILE_SOURCE_ROOTS: {:?} is not an absolute path", root.string()));
    }
    fs::path clean = root.lexically_normal();
    if (!clean.has_filename()) clean = clean.parent_path();  // "/clips/" is "/clips"
    if (clean == clean.root_path())
      return invalid("FILE_SOURCE_ROOTS: the whole file system cannot be a root");
    normal.push_back(std::move(clean));
  }
  return FileGuard{std::move(normal), false};
}

FileGuard FileGuard::unrestricted() {
  return FileGuard{{}, true};
}

// Resolved each time: a root may be mounted, or its link changed by the operator, after the start.
std::vector<fs::path> FileGuard::real_roots() const {
  std::vector<fs::path> out;
  for (const fs::path& root : roots_) {
    std::error_code missing;
    fs::path real = fs::canonical(root, missing);
    if (!missing) out.push_back(std::move(real));
  }
  return out;
}

bool FileGuard::names_inside(const fs::path& path) const {
  const auto holds = [&](const fs::path& root) { return starts_with(path, root); };
  return std::any_of(roots_.begin(), roots_.end(), holds) || reached_inside(path);
}

bool FileGuard::reached_inside(const fs::path& real_path) const {
  const auto roots = real_roots();
  return std::any_of(roots.begin(), roots.end(),
                     [&](const fs::path& root) { return starts_with(real_path, root); });
}

Error FileGuard::open_error(const fs::path& path, int code) const {
  // A link inside the roots that leads out of them tells as little as the path it stands for.
  if (!unrestricted_ && !names_inside(end_of_links(path))) return outside();
  return error_of(code);
}

Result<OwnedFd> FileGuard::open_allowed(const fs::path& path) const {
  if (!path.is_absolute()) return invalid("The path of a file must be absolute");
  // Refused by its text first, so that the answer does not tell which files exist outside the roots.
  if (!unrestricted_ && !names_inside(path.lexically_normal())) return outside();
  // O_PATH resolves the name and touches nothing: opening a device or a pipe for real has effects.
  const OwnedFd found{::open(path.c_str(), O_PATH | O_CLOEXEC)};
  if (!found) return open_error(path, errno);
  struct stat status{};
  if (::fstat(found.get(), &status) != 0) return error_of(errno);
  std::error_code failure;
  const fs::path reached = fs::read_symlink(link_of(found), failure);
  if (failure) return error_of(failure.value());
  if (!unrestricted_ && !reached_inside(reached)) return outside();
  if (!S_ISREG(status.st_mode)) return invalid("The path does not name a regular file");
  OwnedFd readable{::open(link_of(found).c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
  if (!readable) return error_of(errno);
  return readable;
}

}  // namespace sentinel::media
