// Which files Sentinel may play: those inside FILE_SOURCE_ROOTS, judged by what was really opened.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace sentinel::media {

// A file descriptor with an owner.
class OwnedFd {
 public:
  OwnedFd() = default;
  explicit OwnedFd(int fd) : fd_{fd} {}
  OwnedFd(OwnedFd&& other) noexcept : fd_{other.fd_} { other.fd_ = -1; }
  OwnedFd& operator=(OwnedFd&& other) noexcept;
  OwnedFd(const OwnedFd&) = delete;
  OwnedFd& operator=(const OwnedFd&) = delete;
  ~OwnedFd();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// Immutable, so thread-safe.
class FileGuard {
 public:
  // The folders of FILE_SOURCE_ROOTS; none allows no file. They need not exist yet. kInvalid: one is not
  // absolute or is the root of the file system.
  static Result<FileGuard> from_roots(const std::vector<std::filesystem::path>& roots);
  // Any file that the process may read: for `sentinel analyze`, whose user has a shell.
  static FileGuard unrestricted();

  // Opens a regular file for reading. The path is resolved once, by the kernel; what that opening reached is
  // checked, and what was checked is read: a link swapped in between changes nothing.
  // kForbidden: outside the roots, also through a link; whether it exists is not said. kNotFound: inside them
  // and absent. kInvalid: relative, or not a regular file. kUnavailable: no right to read it, or no
  // descriptors left.
  Result<OwnedFd> open_allowed(const std::filesystem::path& path) const;

 private:
  FileGuard(std::vector<std::filesystem::path> roots, bool unrestricted)
      : roots_{std::move(roots)}, unrestricted_{unrestricted} {}
  std::vector<std::filesystem::path> real_roots() const;
  bool names_inside(const std::filesystem::path& path) const;
  bool reached_inside(const std::filesystem::path& real_path) const;
  Error open_error(const std::filesystem::path& path, int code) const;

  std::vector<std::filesystem::path> roots_;
  bool unrestricted_ = false;
};

}  // namespace sentinel::media
