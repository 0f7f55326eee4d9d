// Takes over a configuration file that was changed while Sentinel runs, or says why not.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "config/problem.hpp"

namespace sentinel::config {

// What tells one state of a file from another without reading it.
struct FileStamp {
  bool exists = false;
  std::uint64_t inode = 0;  // an editor that writes a new file and renames it shows here
  std::int64_t modified_ns = 0;
  std::uint64_t bytes = 0;
  bool operator==(const FileStamp&) const = default;
};

bool changed(const FileStamp& before, const FileStamp& now);

// When to read: once a changed stamp was the same in two looks in a row, so that a file is not read while it
// is being written. A half-written list of cameras may well be valid.
class ReloadGate {
 public:
  explicit ReloadGate(const FileStamp& loaded) : loaded_{loaded}, latest_{loaded} {}
  bool step(const FileStamp& now);

 private:
  FileStamp loaded_;  // of the last read, whether what it gave was valid or not
  FileStamp latest_;
};

// One file and the value that was read of it. Used by one thread, which calls poll() about once a second.
template <class T>
class Reloader {
 public:
  struct Parts {
    std::string file;                                          // as problems call it
    std::function<FileStamp()> stamp;                          // of the file as it is now
    std::function<Checked<T>()> load;                          // reads and checks it
    std::function<void(const Checked<T>&)> on_new;             // with the warnings
    std::function<void(const std::vector<Problem>&)> on_kept;  // unfit: the value of before stays in force
  };

  // `loaded` is the stamp taken before `current` was read: what changed in between is seen.
  Reloader(Parts parts, const FileStamp& loaded, T current)
      : parts_{std::move(parts)}, gate_{loaded}, current_{std::move(current)} {}

  // What on_new throws comes out here, and the next poll() tries again.
  void poll() {
    const FileStamp now = parts_.stamp();
    const bool due = gate_.step(now);
    if (!due && !unfinished_) return;
    unfinished_ = false;
    if (!now.exists) {
      parts_.on_kept({{{parts_.file, ""}, "the file is gone; what it said stays in force"}});
      return;
    }
    Checked<T> fresh = parts_.load();
    if (!fresh.ok()) {
      parts_.on_kept(fresh.problems);
    } else if (!(fresh.value == current_)) {
      unfinished_ = true;
      parts_.on_new(fresh);
      unfinished_ = false;
      current_ = std::move(fresh.value);
    }
  }

  const T& current() const { return current_; }

 private:
  Parts parts_;
  ReloadGate gate_;
  T current_;
  bool unfinished_ = false;
};

}  // namespace sentinel::config
