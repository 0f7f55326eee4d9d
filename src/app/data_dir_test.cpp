#include "app/data_dir.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include "tests/fakes/temp_folder.hpp"

namespace sentinel::app {
namespace {

unsigned mode_of(const std::filesystem::path& path) {
  struct stat facts{};
  return ::stat(path.c_str(), &facts) == 0 ? facts.st_mode & 07777U : 0;
}

std::string refusal_of(const std::filesystem::path& path) {
  try {
    const DataDir taken{path};
  } catch (const std::runtime_error& failure) {
    return failure.what();
  }
  return "";
}

TEST(DataDir, IsOneServersAtATime) {
  const fakes::TempFolder folder;
  const auto path = folder.path() / "data";
  auto first = std::make_unique<DataDir>(path);
  const std::string refusal = refusal_of(path);
  EXPECT_NE(refusal.find(path.string() + " is in use by process " + std::to_string(::getpid())),
            std::string::npos)
      << refusal;
  EXPECT_NE(refusal.find("--data-dir"), std::string::npos) << refusal;
  first.reset();
  EXPECT_EQ(refusal_of(path), "");
}

TEST(DataDir, IsMadeForItsOwnerAlone) {
  const fakes::TempFolder folder;
  for (const char* name : {"a", "deep/er/b", "c/"}) {
    EXPECT_EQ(refusal_of(folder.path() / name), "");
    EXPECT_EQ(mode_of(folder.path() / name), 0700U) << name;
  }
}

TEST(DataDir, ThatIsThereKeepsItsMode) {
  const fakes::TempFolder folder;
  ASSERT_EQ(::chmod(folder.path().c_str(), 01777), 0);
  EXPECT_NE(DataDir{folder.path()}.warning().find("mode 1777"), std::string::npos);
  EXPECT_EQ(mode_of(folder.path()), 01777U);
  EXPECT_EQ(DataDir{folder.path() / "own"}.warning(), "");
  EXPECT_EQ(DataDir{folder.path() / "own"}.warning(), "");
}

TEST(DataDir, ThatIsNoneIsNamed) {
  const fakes::TempFolder folder;
  std::ofstream{folder.path() / "file"} << "text";
  EXPECT_NE(refusal_of(folder.path() / "file").find("file is no folder"), std::string::npos);
  EXPECT_NE(refusal_of(folder.path() / "file/data").find("cannot be made"), std::string::npos);
}

}  // namespace
}  // namespace sentinel::app
