// The data directory of a running server, which no other may have at the same time.
#pragma once

#include <filesystem>
#include <string>

#include "media/file_guard.hpp"

namespace sentinel::app {

// Holds DATA_DIR/lock until it is destroyed; the kernel lets go of it when the process ends in any way. Taken
// before a store is opened: a second server would close the first one's open events as left open, and remove
// the pictures that it is writing.
class DataDir {
 public:
  // Makes the folder, for its owner alone, when it is absent. One that is there keeps its mode, since it may
  // be another's. Throws std::runtime_error with the remedy when it cannot be made, or when another process
  // holds the lock.
  explicit DataDir(const std::filesystem::path& path);

  // Says so when others have rights in the folder, else empty. For the log, which is set up only after this:
  // it may be in that folder.
  const std::string& warning() const { return warning_; }

 private:
  std::string warning_;
  media::OwnedFd lock_;
};

}  // namespace sentinel::app
