#include "storage/filesystem/file_media_store.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "storage/store_down.hpp"
#include "tests/fakes/temp_folder.hpp"

namespace sentinel::storage::filesystem {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

mode_t mode_of(const fs::path& path) {
  struct stat status{};
  EXPECT_EQ(lstat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

class FileMedia : public testing::Test {
 protected:
  fakes::TempFolder folder_;
  const fs::path root_ = folder_.path() / "media";
  FileMediaStore store_{root_};
};

TEST_F(FileMedia, FilesAndFoldersAreTheOwnersAlone) {
  ASSERT_TRUE(store_.put("events/day/x.jpg", Bytes{1, 2}).has_value());
  EXPECT_EQ(mode_of(root_), 0700U);
  EXPECT_EQ(mode_of(root_ / "events"), 0700U);
  EXPECT_EQ(mode_of(root_ / "events/day"), 0700U);
  EXPECT_EQ(mode_of(root_ / "events/day/x.jpg"), 0600U);
  EXPECT_EQ(fs::file_size(root_ / "events/day/x.jpg"), 2U);
}

TEST_F(FileMedia, LeavesNothingUnfinished) {
  ASSERT_TRUE(store_.put("events/x.jpg", Bytes{1}).has_value());
  EXPECT_TRUE(fs::is_empty(root_ / ".unfinished"));
}

TEST_F(FileMedia, LinkedFoldersAreNotFollowed) {
  const fs::path outside = folder_.path() / "outside";
  fs::create_directories(outside);
  std::ofstream{outside / "secret.txt"} << "secret";
  fs::create_directory_symlink(outside, root_ / "events");
  EXPECT_EQ(store_.get("events/secret.txt").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(store_.put("events/new.txt", Bytes{1}).error().kind, ErrorKind::kUnavailable);
  EXPECT_TRUE(store_.remove("events/secret.txt").has_value()) << "not there, as far as a key reaches";
  EXPECT_TRUE(fs::exists(outside / "secret.txt"));
  EXPECT_FALSE(fs::exists(outside / "new.txt"));
}

TEST_F(FileMedia, LinkedFilesAreNotFollowed) {
  const fs::path secret = folder_.path() / "secret.txt";
  std::ofstream{secret} << "secret";
  ASSERT_TRUE(store_.put("events/x", Bytes{1}).has_value());
  fs::create_symlink(secret, root_ / "events/link");
  EXPECT_EQ(store_.get("events/link").error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(store_.put("events/link", Bytes{7}).has_value()) << "replaces the link itself";
  EXPECT_EQ(fs::file_size(secret), 6U);
  EXPECT_EQ(store_.get("events/link").value(), Bytes{7});
}

TEST_F(FileMedia, WhatIsNoFileIsNoObject) {
  fs::create_directories(root_ / "events/folder");
  ASSERT_EQ(mkfifo((root_ / "events/pipe").c_str(), 0600), 0);
  EXPECT_EQ(store_.get("events/folder").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(store_.get("events/pipe").error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(store_.remove("events/folder").has_value());
  EXPECT_EQ(store_.put("events/folder", Bytes{1}).error().kind, ErrorKind::kUnavailable);
  EXPECT_TRUE(fs::is_empty(root_ / ".unfinished")) << "a put that failed cleans up";
  ASSERT_TRUE(store_.put("events/x", Bytes{1}).has_value());
  EXPECT_EQ(store_.put("events/x/y", Bytes{1}).error().kind, ErrorKind::kUnavailable);
}

TEST_F(FileMedia, SparseGiantIsRefused) {
  ASSERT_TRUE(store_.put("events/x", Bytes{1}).has_value());
  fs::resize_file(root_ / "events/x", kObjectBytesMax + 1);
  EXPECT_EQ(store_.get("events/x").error().kind, ErrorKind::kUnavailable);
}

TEST_F(FileMedia, UnfinishedOnesGoAtStart) {
  std::ofstream{root_ / ".unfinished/half"} << "ha";
  std::ofstream{root_ / ".unfinished/other"} << "ot";
  FileMediaStore again{root_};
  EXPECT_EQ(again.remove_unfinished(), 2U);
  EXPECT_EQ(again.remove_unfinished(), 0U);
  EXPECT_TRUE(fs::is_empty(root_ / ".unfinished"));
}

TEST_F(FileMedia, TheRootItselfMayBeALink) {
  fs::create_directory_symlink(root_, folder_.path() / "link");
  FileMediaStore linked{folder_.path() / "link"};
  ASSERT_TRUE(linked.put("events/x", Bytes{1}).has_value());
  EXPECT_EQ(store_.get("events/x").value(), Bytes{1});
}

TEST(FileMediaStart, UnusableRootThrows) {
  const fakes::TempFolder folder;
  std::ofstream{folder.path() / "file"} << "x";
  EXPECT_THROW(FileMediaStore{folder.path() / "file"}, StoreDown);
  EXPECT_THROW(FileMediaStore{folder.path() / "file/below"}, StoreDown);
}

}  // namespace
}  // namespace sentinel::storage::filesystem
