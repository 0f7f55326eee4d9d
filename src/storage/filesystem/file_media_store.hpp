// Objects as files under one folder: the key is the path.
#pragma once

#include <filesystem>

#include "storage/media_store.hpp"

namespace sentinel::storage::filesystem {

// Thread-safe. Files have mode 0600, folders 0700. Below the root no symbolic link is ever followed: a key
// reaches what lies under the root and nothing else, whatever someone has put there. put() returns once the
// file and its name are on the disk (fsync), so it survives a power cut.
class FileMediaStore final : public MediaStore {
 public:
  // Makes the folder when it is absent; the root itself may be a link. Throws StoreDown when it cannot be
  // opened.
  explicit FileMediaStore(const std::filesystem::path& root);
  ~FileMediaStore() override;
  FileMediaStore(const FileMediaStore&) = delete;
  FileMediaStore& operator=(const FileMediaStore&) = delete;

  Status put(std::string_view key, std::span<const std::uint8_t> bytes) override;
  Result<std::vector<std::uint8_t>> get(std::string_view key) override;
  Status remove(std::string_view key) override;

  // Removes what a killed process left half written (".unfinished/"; no key names it) and says how many
  // files. For the server's start: it would take away another process's put() that is under way.
  std::size_t remove_unfinished();

 private:
  int root_;  // descriptors of the folders
  int unfinished_;
};

}  // namespace sentinel::storage::filesystem
