// One SQLite file: the writer, the readers and the layout, shared by the repositories beside this file.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>

#include "auth/keys.hpp"
#include "storage/sqlite/read_pool.hpp"
#include "storage/sqlite/write_queue.hpp"

namespace sentinel::storage::sqlite {

struct SqliteOptions {
  std::filesystem::path path{};  // made with mode 0600 when absent, its folder with 0700
  auth::Key credentials_key{};   // derive_key(SECRET_KEY, kCameraCredentials)
  std::size_t readers = 4;       // reading connections, each up to 8 MB of cache
  WriteQueueOptions writes{};
  std::chrono::milliseconds busy_timeout{5'000};
  std::string vfs{};  // for tests
};

// Thread-safe. Opens the file, and brings its layout up to date; throws StoreDown when it cannot. Several
// processes may have the same file open. Outlives the repositories made from it.
class SqliteStore {
 public:
  explicit SqliteStore(const SqliteOptions& options);

  template <class Body>
  auto write(Body&& body) {
    return writer_.write(std::forward<Body>(body));
  }
  template <class Body>
  auto read(Body&& body) {
    return readers_.read(std::forward<Body>(body));
  }

  const auth::Key& credentials_key() const { return credentials_key_; }
  WriteStats write_stats() const { return writer_.stats(); }

 private:
  const auth::Key credentials_key_;
  WriteQueue writer_;  // before the readers: it makes the file
  ReadPool readers_;
};

}  // namespace sentinel::storage::sqlite
