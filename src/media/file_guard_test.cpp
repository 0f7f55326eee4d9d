#include "media/file_guard.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "tests/fakes/temp_folder.hpp"

namespace sentinel::media {
namespace {

namespace fs = std::filesystem;

// A folder with a root "clips", a file outside it, and links of every kind.
class FileGuardTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(top_ / "clips/inner");
    fs::create_directories(top_ / "clips_other");
    write(top_ / "clips/a.mp4", "inside");
    write(top_ / "clips/inner/b.mp4", "inner");
    write(top_ / "clips_other/c.mp4", "neighbour");
    write(top_ / "secret.mp4", "outside");
    fs::create_symlink(top_ / "secret.mp4", top_ / "clips/escape.mp4");
    fs::create_directory_symlink(top_, top_ / "clips/up");
    fs::create_symlink("inner/b.mp4", top_ / "clips/fine.mp4");
    fs::create_symlink(top_ / "absent.mp4", top_ / "clips/dangling.mp4");
    fs::create_directory_symlink("../clips_other", top_ / "clips/relative");
    fs::create_symlink("loop", top_ / "clips/loop");
    fs::create_directory_symlink("clips", top_ / "linked_root");
    ASSERT_EQ(mkfifo((top_ / "clips/pipe.mp4").c_str(), 0600), 0);
  }
  static void write(const fs::path& path, const std::string& text) { std::ofstream{path} << text; }

  static std::string read(const OwnedFd& fd) {
    std::array<char, 64> buffer{};
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    return std::string(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  }

  FileGuard guard(const std::string& root = "clips") const {
    return FileGuard::from_roots({top_ / root}).value();
  }

  ErrorKind kind_of(const std::string& path) const {
    const auto opened = guard().open_allowed(top_ / path);
    EXPECT_FALSE(opened.has_value()) << path;
    return opened ? ErrorKind::kInternal : opened.error().kind;
  }

  const fakes::TempFolder own_;
  const fs::path top_ = own_.path();
};

TEST_F(FileGuardTest, OpensWhatIsInside) {
  EXPECT_EQ(read(guard().open_allowed(top_ / "clips/a.mp4").value()), "inside");
  EXPECT_EQ(read(guard().open_allowed(top_ / "clips/inner/../inner/b.mp4").value()), "inner");
  EXPECT_EQ(read(guard().open_allowed(top_ / "clips/fine.mp4").value()), "inner");
  EXPECT_EQ(read(guard().open_allowed(top_ / "clips/up/clips/a.mp4").value()), "inside");
}

TEST_F(FileGuardTest, ARootMayBeALink) {
  EXPECT_EQ(read(guard("linked_root").open_allowed(top_ / "linked_root/a.mp4").value()), "inside");
  EXPECT_EQ(read(guard("linked_root").open_allowed(top_ / "clips/a.mp4").value()), "inside");
}

TEST_F(FileGuardTest, RefusesWhatIsOutsideWithoutSayingWhetherItExists) {
  for (const auto* path :
       {"secret.mp4", "absent.mp4", "clips/../secret.mp4", "clips/../absent.mp4", "clips_other/c.mp4",
        "clips/escape.mp4", "clips/up/secret.mp4", "clips/up/absent.mp4", "clips/dangling.mp4",
        "clips/relative/absent.mp4", "clips/up/secret.mp4/x", "clips/up/clips/../absent.mp4"}) {
    EXPECT_EQ(kind_of(path), ErrorKind::kForbidden) << path;
  }
  const auto refused = guard().open_allowed(top_ / "secret.mp4");
  EXPECT_NE(refused.error().message.find("FILE_SOURCE_ROOTS"), std::string::npos);
}

TEST_F(FileGuardTest, SaysWhatElseIsWrong) {
  EXPECT_EQ(kind_of("clips/absent.mp4"), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of("clips/a.mp4/x"), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of("clips/up/clips/absent.mp4"), ErrorKind::kNotFound) << "out, and in again";
  EXPECT_EQ(kind_of("clips/inner"), ErrorKind::kInvalid);
  EXPECT_EQ(kind_of("clips/pipe.mp4"), ErrorKind::kInvalid);
  EXPECT_EQ(kind_of("clips/loop"), ErrorKind::kInvalid);
  EXPECT_EQ(guard().open_allowed("clips/a.mp4").error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(guard("not_there").open_allowed(top_ / "not_there/a.mp4").error().kind, ErrorKind::kNotFound);
}

TEST_F(FileGuardTest, NoRootAllowsNothingAndUnrestrictedAllOfIt) {
  EXPECT_EQ(FileGuard::from_roots({}).value().open_allowed(top_ / "clips/a.mp4").error().kind,
            ErrorKind::kForbidden);
  EXPECT_EQ(read(FileGuard::unrestricted().open_allowed(top_ / "secret.mp4").value()), "outside");
  EXPECT_EQ(FileGuard::unrestricted().open_allowed("/dev/null").error().kind, ErrorKind::kInvalid);
}

TEST(FileGuardRoots, RefusesRootsThatGuardNothing) {
  for (const auto* bad : {"", "clips", "/", "//", "/clips/.."}) {
    const auto made = FileGuard::from_roots({bad});
    ASSERT_FALSE(made.has_value()) << bad;
    EXPECT_NE(made.error().message.find("FILE_SOURCE_ROOTS"), std::string::npos);
  }
}

}  // namespace
}  // namespace sentinel::media
