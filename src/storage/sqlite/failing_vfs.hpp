// For tests: SQLite's own way to the files, with a disk that breaks on demand. Register it under a name, open
// a Database with that name, and let the n-th change of a file fail.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <new>
#include <string>

namespace sentinel::storage::sqlite {

// One at a time: SQLite's callbacks find it through the file they are called with.
class FailingVfs {
 public:
  explicit FailingVfs(std::string name)
      : name_{std::move(name)}, real_{sqlite3_vfs_find(nullptr)}, vfs_{*real_} {
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.xOpen = &open;
    vfs_.xDelete = &remove;
    sqlite3_vfs_register(&vfs_, 0);
  }
  ~FailingVfs() { sqlite3_vfs_unregister(&vfs_); }
  FailingVfs(const FailingVfs&) = delete;
  FailingVfs& operator=(const FailingVfs&) = delete;

  const std::string& name() const { return name_; }

  // From the n-th change on (1: the next one) every write, truncation, sync and deletion fails with `code`,
  // until heal(). Reading goes on.
  void break_at(int n, int code) {
    code_ = code;
    countdown_ = n;
  }
  void heal() { countdown_ = 0; }
  bool is_broken() const { return countdown_ < 0; }

 private:
  // SQLite hands over one block of memory for both: ours in front, the real file behind.
  struct File {
    sqlite3_file base;
    FailingVfs* owner;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };
  static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }

  // SQLITE_OK, or the code to fail with. Broken is minus one.
  int change() {
    int left = countdown_;
    while (left > 0 && !countdown_.compare_exchange_weak(left, left == 1 ? -1 : left - 1)) {
    }
    return left == 1 || left < 0 ? code_.load() : SQLITE_OK;
  }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
    auto* const owner = static_cast<FailingVfs*>(vfs->pAppData);
    File& ours = *new (file) File{{nullptr}, owner};
    const int code = owner->real_->xOpen(owner->real_, path, ours.real(), flags, out_flags);
    if (ours.real()->pMethods != nullptr) ours.base.pMethods = &kMethods;
    return code;
  }
  static int remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    auto* const owner = static_cast<FailingVfs*>(vfs->pAppData);
    if (const int code = owner->change()) return code;
    return owner->real_->xDelete(owner->real_, path, sync_folder);
  }
  static int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
    File& ours = of(file);
    if (const int code = ours.owner->change()) {
      // A disk that fills up takes the first half.
      ours.real()->pMethods->xWrite(ours.real(), bytes, count / 2, offset);
      return code;
    }
    return ours.real()->pMethods->xWrite(ours.real(), bytes, count, offset);
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (const int code = of(file).owner->change()) return code;
    return of(file).real()->pMethods->xTruncate(of(file).real(), size);
  }
  static int sync(sqlite3_file* file, int flags) {
    if (const int code = of(file).owner->change()) return code;
    return of(file).real()->pMethods->xSync(of(file).real(), flags);
  }
  // Hands a call through to the real file as it is.
  template <auto Method, class... Args>
  static auto pass(sqlite3_file* file, Args... args) {
    return (of(file).real()->pMethods->*Method)(of(file).real(), args...);
  }

  using M = sqlite3_io_methods;
  static const sqlite3_io_methods kMethods;

  const std::string name_;
  sqlite3_vfs* const real_;
  sqlite3_vfs vfs_;
  std::atomic<int> code_ = SQLITE_OK;
  std::atomic<int> countdown_ = 0;
};

inline const sqlite3_io_methods FailingVfs::kMethods{
    .iVersion = 2,
    .xClose = &pass<&M::xClose>,
    .xRead = &pass<&M::xRead, void*, int, sqlite3_int64>,
    .xWrite = &write,
    .xTruncate = &truncate,
    .xSync = &sync,
    .xFileSize = &pass<&M::xFileSize, sqlite3_int64*>,
    .xLock = &pass<&M::xLock, int>,
    .xUnlock = &pass<&M::xUnlock, int>,
    .xCheckReservedLock = &pass<&M::xCheckReservedLock, int*>,
    .xFileControl = &pass<&M::xFileControl, int, void*>,
    .xSectorSize = &pass<&M::xSectorSize>,
    .xDeviceCharacteristics = &pass<&M::xDeviceCharacteristics>,
    .xShmMap = &pass<&M::xShmMap, int, int, int, void volatile**>,
    .xShmLock = &pass<&M::xShmLock, int, int, int>,
    .xShmBarrier = &pass<&M::xShmBarrier>,
    .xShmUnmap = &pass<&M::xShmUnmap, int>,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

}  // namespace sentinel::storage::sqlite
