#include "media/file_guard.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace sentinel::media {
namespace {

namespace fs = std::filesystem;

fs::path link_of(const OwnedFd& fd) {
  return fmt::format("/proc/self/fd/{}", fd.get());
}

bool starts_with(const fs::path& path, const fs::path& root) {
  return std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first == root.end();
}

Error outside() {
  return Error{ErrorKind::kForbidden,
               ClientText{"The file is not inside a folder that FILE_SOURCE_ROOTS lists"}};
}

Error open_error(int code) {
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

Result<OwnedFd> FileGuard::open_allowed(const fs::path& path) const {
  if (!path.is_absolute()) return invalid("The path of a file must be absolute");
  // Refused by its text first, so that the answer does not tell which files exist outside the roots.
  if (!unrestricted_ && !names_inside(path.lexically_normal())) return outside();
  // O_PATH resolves the name and touches nothing: opening a device or a pipe for real has effects.
  const OwnedFd found{::open(path.c_str(), O_PATH | O_CLOEXEC)};
  if (!found) return open_error(errno);
  struct stat status{};
  if (::fstat(found.get(), &status) != 0) return open_error(errno);
  std::error_code failure;
  const fs::path reached = fs::read_symlink(link_of(found), failure);
  if (failure) return open_error(failure.value());
  if (!unrestricted_ && !reached_inside(reached)) return outside();
  if (!S_ISREG(status.st_mode)) return invalid("The path does not name a regular file");
  OwnedFd readable{::open(link_of(found).c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
  if (!readable) return open_error(errno);
  return readable;
}

}  // namespace sentinel::media
