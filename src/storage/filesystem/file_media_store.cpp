#include "storage/filesystem/file_media_store.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "auth/keys.hpp"
#include "storage/store_down.hpp"

namespace sentinel::storage::filesystem {
namespace {

constexpr const char* kUnfinished = ".unfinished";

// A file descriptor and its owner.
class File {
 public:
  explicit File(int descriptor = -1) : descriptor_{descriptor} {}
  ~File() { reset(); }
  File(File&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}
  File& operator=(File&& other) noexcept {
    reset();
    descriptor_ = std::exchange(other.descriptor_, -1);
    return *this;
  }
  int get() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }

 private:
  void reset() {
    if (descriptor_ >= 0) close(std::exchange(descriptor_, -1));
  }
  int descriptor_;
};

Error failed(std::string_view doing, std::string_view key, int code = errno) {
  return unavailable("The media store is not available",
                     fmt::format("{} {}: {}", doing, key, std::strerror(code)));
}

File open_folder(int parent, const std::string& name) {
  return File{openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
}

// A new folder's own name must be on the disk before what is in it counts as stored.
File make_folder(int parent, const std::string& name) {
  File folder = open_folder(parent, name);
  if (folder.is_open() || errno != ENOENT) return folder;
  const bool made = mkdirat(parent, name.c_str(), 0700) == 0 || errno == EEXIST;  // another thread was first
  if (!made || fsync(parent) != 0) return File{};
  return open_folder(parent, name);
}

struct Place {
  File folder;       // not open when a folder on the way is missing or is none; errno says which
  std::string name;  // of the file in it
};

// Walks the folders of a checked key one by one, following no link.
Place find_place(int root, std::string_view key, bool make) {
  Place place{File{openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)}, {}};
  std::size_t slash = 0;
  while (place.folder.is_open() && (slash = key.find('/')) != std::string_view::npos) {
    const std::string name{key.substr(0, slash)};
    place.folder = make ? make_folder(place.folder.get(), name) : open_folder(place.folder.get(), name);
    key.remove_prefix(slash + 1);
  }
  place.name = key;
  return place;
}

bool write_all(int file, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

bool read_all(int file, std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = read(file, bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      if (got == 0) errno = EIO;  // shorter than it was a moment ago
      return false;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

// Writes the bytes to a new file in `folder` and waits for the disk.
bool write_file(int folder, const std::string& name, std::span<const std::uint8_t> bytes) {
  const File file{openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
  return file.is_open() && write_all(file.get(), bytes) && fsync(file.get()) == 0;
}

bool is_absent(int code) {
  return code == ENOENT || code == ENOTDIR || code == ELOOP;
}

Error absent() {
  return not_found("No such object");
}

}  // namespace

FileMediaStore::FileMediaStore(const std::filesystem::path& root) : root_{-1}, unfinished_{-1} {
  std::error_code ignored;  // open() says what is wrong
  if (std::filesystem::create_directories(root, ignored)) {
    std::filesystem::permissions(root, std::filesystem::perms::owner_all, ignored);
  }
  root_ = open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root_ >= 0) {
    mkdirat(root_, kUnfinished, 0700);
    unfinished_ = openat(root_, kUnfinished, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  }
  if (unfinished_ < 0) {
    const int code = errno;
    if (root_ >= 0) close(root_);
    throw StoreDown(
        fmt::format("the media folder {} cannot be used: {}", root.string(), std::strerror(code)));
  }
}

FileMediaStore::~FileMediaStore() {
  close(unfinished_);
  close(root_);
}

Status FileMediaStore::put(std::string_view key, std::span<const std::uint8_t> bytes) {
  if (const Status checked = check_media_key(key); !checked) return checked;
  if (bytes.size() > kObjectBytesMax) {
    return Error{ErrorKind::kTooLarge,
                 ClientText{fmt::format("An object has at most {} bytes", kObjectBytesMax)}};
  }
  const Place place = find_place(root_, key, true);
  if (!place.folder.is_open()) return failed("cannot make the folder of", key);
  const std::string unfinished = auth::random_token(16);
  if (!write_file(unfinished_, unfinished, bytes) ||
      renameat(unfinished_, unfinished.c_str(), place.folder.get(), place.name.c_str()) != 0) {
    const int code = errno;
    unlinkat(unfinished_, unfinished.c_str(), 0);
    return failed("cannot write", key, code);
  }
  if (fsync(place.folder.get()) != 0) return failed("cannot sync the folder of", key);
  return {};
}

Result<std::vector<std::uint8_t>> FileMediaStore::get(std::string_view key) {
  if (const Status checked = check_media_key(key); !checked) return checked.error();
  const Place place = find_place(root_, key, false);
  if (!place.folder.is_open()) return is_absent(errno) ? absent() : failed("cannot open the folder of", key);
  // O_NONBLOCK: a pipe that someone has put there does not stop us.
  const File file{
      openat(place.folder.get(), place.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  if (!file.is_open()) return is_absent(errno) ? absent() : failed("cannot open", key);
  struct stat status{};
  if (fstat(file.get(), &status) != 0) return failed("cannot read", key);
  if (!S_ISREG(status.st_mode)) return absent();
  if (static_cast<std::uint64_t>(status.st_size) > kObjectBytesMax) return failed("too large:", key, EFBIG);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(status.st_size));
  if (!read_all(file.get(), bytes)) return failed("cannot read", key);
  return bytes;
}

Status FileMediaStore::remove(std::string_view key) {
  if (const Status checked = check_media_key(key); !checked) return checked;
  const Place place = find_place(root_, key, false);
  if (!place.folder.is_open()) {
    if (is_absent(errno)) return {};
    return failed("cannot open the folder of", key);
  }
  if (unlinkat(place.folder.get(), place.name.c_str(), 0) != 0 && errno != ENOENT && errno != EISDIR)
    return failed("cannot remove", key);
  return {};
}

std::size_t FileMediaStore::remove_unfinished() {
  const std::unique_ptr<DIR, decltype(&closedir)> folder{
      fdopendir(openat(unfinished_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)), &closedir};
  std::size_t removed = 0;
  while (const dirent* entry = folder ? readdir(folder.get()) : nullptr) {
    if (entry->d_type == DT_DIR) continue;  // "." and ".."
    if (unlinkat(unfinished_, entry->d_name, 0) == 0) ++removed;
  }
  return removed;
}

}  // namespace sentinel::storage::filesystem
