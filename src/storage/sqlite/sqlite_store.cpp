#include "storage/sqlite/sqlite_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include "storage/sqlite/migrations.hpp"

namespace sentinel::storage::sqlite {
namespace {

// Held while a process opens the file: the switch to the write-ahead log answers "locked" at once when two do
// it together, whatever busy_timeout says. The kernel lets go of it when the process dies.
class OpeningLock {
 public:
  explicit OpeningLock(const std::filesystem::path& folder)
      : file_{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)} {
    if (file_ < 0)
      throw StoreDown(fmt::format("{} cannot be opened: {}", folder.string(), std::strerror(errno)));
    while (flock(file_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~OpeningLock() { close(file_); }
  OpeningLock(const OpeningLock&) = delete;
  OpeningLock& operator=(const OpeningLock&) = delete;

 private:
  int file_;
};

DatabaseOptions to_database(const SqliteOptions& options) {
  return {.path = options.path, .busy_timeout = options.busy_timeout, .vfs = options.vfs};
}

std::unique_ptr<Database> open_writer(const SqliteOptions& options) {
  const auto folder =
      options.path.has_parent_path() ? options.path.parent_path() : std::filesystem::path{"."};
  std::error_code ignored;  // opening it says what is wrong
  if (std::filesystem::create_directories(folder, ignored)) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
  }
  const OpeningLock lock{folder};
  auto database = std::make_unique<Database>(to_database(options));
  migrate(*database, migrations());
  return database;
}

}  // namespace

SqliteStore::SqliteStore(const SqliteOptions& options)
    : credentials_key_{options.credentials_key},
      writer_{open_writer(options), options.writes},
      readers_{to_database(options), options.readers} {}

}  // namespace sentinel::storage::sqlite
