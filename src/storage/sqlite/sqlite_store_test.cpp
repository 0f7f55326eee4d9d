// What the SQLite store adds to the repositories' contract: the disk, the key, the death of the process.
#include "storage/sqlite/sqlite_store.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

#include "storage/conformance_backends.hpp"

namespace sentinel::storage::sqlite {
namespace {

namespace fs = std::filesystem;

domain::Event make_event(int n) {
  domain::Event event;
  event.id = fmt::format("evt_{:05}", n);
  event.camera_id = "camera_1";
  event.started_at = at_us(n);
  return event;
}

std::string bytes_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

class SqliteStoreFiles : public testing::Test {
 protected:
  fakes::TempFolder folder_;
  const fs::path path_ = folder_.path() / "data/sentinel.db";
  const SqliteOptions options_{.path = path_, .credentials_key = auth::Key{1, 2, 3}, .readers = 1};
};

TEST_F(SqliteStoreFiles, FolderAndFilesAreTheOwnersAlone) {
  const SqliteStore store{options_};
  const auto mode_of = [](const fs::path& path) {
    struct stat status{};
    EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777U;
  };
  EXPECT_EQ(mode_of(path_.parent_path()), 0700U);
  for (const char* suffix : {"", "-wal", "-shm"})
    EXPECT_EQ(mode_of(path_.string() + suffix), 0600U) << suffix;
}

TEST_F(SqliteStoreFiles, ReopenedStoreHasEverything) {
  auth::User eve;
  eve.username = "eve";
  {
    SqliteStore store{options_};
    ASSERT_TRUE(SqliteUsers{store}.insert_user(eve).has_value());
    domain::Camera camera;
    camera.credentials = domain::CameraCredentials{"admin", "hunter2"};
    SqliteCameras{store}.insert_camera(camera, {});
    SqliteEvents{store}.upsert_events({make_event(1)});
  }
  SqliteStore store{options_};
  EXPECT_TRUE(SqliteUsers{store}.find_user("eve").has_value());
  EXPECT_EQ(SqliteCameras{store}.find_camera("camera_1")->credentials->password, "hunter2");
  EXPECT_TRUE(SqliteEvents{store}.find_event("evt_00001").has_value());
}

TEST_F(SqliteStoreFiles, CredentialsNeverTouchTheDiskInTheClear) {
  SqliteStore store{options_};
  domain::Camera camera;
  camera.name = "a name in the clear";
  camera.url = "rtsp://10.0.0.5/stream?password=hunter3-hunter3";
  camera.credentials = domain::CameraCredentials{"the-operator", "hunter2-hunter2"};
  SqliteCameras{store}.insert_camera(camera, {});
  const std::string disk = bytes_of(path_) + bytes_of(path_.string() + "-wal");
  EXPECT_NE(disk.find("a name in the clear"), std::string::npos);
  EXPECT_EQ(disk.find("hunter2"), std::string::npos);
  EXPECT_EQ(disk.find("the-operator"), std::string::npos);
}

TEST_F(SqliteStoreFiles, AnotherKeyHidesCredentialsAndTheOldOneBringsThemBack) {
  domain::Camera camera;
  camera.credentials = domain::CameraCredentials{"admin", "hunter2"};
  SqliteCameras{*std::make_unique<SqliteStore>(options_)}.insert_camera(camera, {});
  {
    SqliteOptions other = options_;
    other.credentials_key = auth::Key{9};
    SqliteStore store{other};
    SqliteCameras cameras{store};
    auto hidden = cameras.find_camera("camera_1").value();
    EXPECT_FALSE(hidden.credentials.has_value());
    hidden.name = "renamed";
    ASSERT_TRUE(cameras.update_camera(hidden).has_value());
  }
  {
    SqliteStore store{options_};
    const auto back = SqliteCameras{store}.find_camera("camera_1").value();
    EXPECT_EQ(back.name, "renamed");
    ASSERT_TRUE(back.credentials.has_value());
    EXPECT_EQ(back.credentials->password, "hunter2");
  }
}

TEST_F(SqliteStoreFiles, ABoxOfAnotherCameraDoesNotOpen) {
  SqliteStore store{options_};
  SqliteCameras cameras{store};
  domain::Camera camera;
  camera.credentials = domain::CameraCredentials{"admin", "hunter2"};
  cameras.insert_camera(camera, {});
  cameras.insert_camera({}, {});
  store.write([](Database& db) {
    db.run("UPDATE cameras SET credentials = (SELECT credentials FROM cameras WHERE id = 'camera_1')");
  });
  EXPECT_TRUE(cameras.find_camera("camera_1")->credentials.has_value());
  EXPECT_FALSE(cameras.find_camera("camera_2")->credentials.has_value());
}

TEST_F(SqliteStoreFiles, ACopyTakenAtAnyMomentOfTheLogIsWhole) {
  constexpr int kBatches = 12;
  SqliteStore store{options_};
  for (int batch = 0; batch < kBatches; ++batch) {
    SqliteEvents{store}.upsert_events({make_event(batch * 2), make_event(batch * 2 + 1)});
  }
  // As after a crash of the machine: the files without a farewell, the log cut anywhere.
  const std::string log = bytes_of(path_.string() + "-wal");
  std::vector<std::size_t> lengths{log.size()};
  for (std::size_t length = 0; length < log.size(); length += 5'003) lengths.push_back(length);
  std::sort(lengths.begin(), lengths.end());
  std::int64_t last = -1;
  for (const std::size_t length : lengths) {
    const fakes::TempFolder copy;
    const fs::path path = copy.path() / "sentinel.db";
    fs::copy_file(path_, path);
    std::ofstream{path.string() + "-wal", std::ios::binary} << log.substr(0, length);
    SqliteOptions options = options_;
    options.path = path;
    SqliteStore crashed{options};
    const auto page = SqliteEvents{crashed}.list_events({}, {.count_exact = true});
    EXPECT_EQ(page.total % 2, 0) << "half a batch, cut at " << length;
    EXPECT_GE(page.total, last) << "a longer log holds no less, cut at " << length;
    if (page.total > 0) EXPECT_EQ(page.items.front().id, make_event(static_cast<int>(page.total) - 1).id);
    last = page.total;
  }
  EXPECT_EQ(last, kBatches * 2);
}

// Writes one event after the other and reports each once upsert_events() has returned, until it is killed.
[[noreturn]] void write_until_killed(const SqliteOptions& options, int report) {
  SqliteStore store{options};
  SqliteEvents events{store};
  for (int n = 0;; ++n) {
    events.upsert_events({make_event(n)});
    if (write(report, &n, sizeof n) != sizeof n) _exit(1);
  }
}

TEST_F(SqliteStoreFiles, WhatReturnedSurvivesKill9) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) write_until_killed(options_, ends[1]);
  close(ends[1]);
  int last = -1;
  while (last < 300 && read(ends[0], &last, sizeof last) == sizeof last) {
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  while (read(ends[0], &last, sizeof last) == sizeof last) {
  }
  close(ends[0]);
  ASSERT_GE(last, 300);
  SqliteStore store{options_};
  const auto total = SqliteEvents{store}.list_events({}, {.count_exact = true}).total;
  EXPECT_GE(total, last + 1);
  EXPECT_LE(total, last + 2) << "at most the one that was under way";
}

TEST_F(SqliteStoreFiles, TwoStoresOnOneFileMakeOneFirstUser) {
  SqliteStore left{options_};
  SqliteStore right{options_};
  auth::User admin;
  admin.username = "admin";
  EXPECT_TRUE(SqliteUsers{left}.insert_first_user(admin).has_value());
  admin.username = "other";
  EXPECT_FALSE(SqliteUsers{right}.insert_first_user(admin).has_value());
  EXPECT_EQ(SqliteUsers{right}.count_users(), 1);
}

TEST_F(SqliteStoreFiles, UnknownTextsAreABrokenStore) {
  SqliteStore store{options_};
  SqliteEvents{store}.upsert_events({make_event(1)});
  store.write([](Database& db) { db.run("UPDATE events SET type = 'ufo'"); });
  EXPECT_THROW(SqliteEvents{store}.find_event("evt_00001"), StoreDown);
}

TEST_F(SqliteStoreFiles, AFolderThatCannotBeMadeThrows) {
  std::ofstream{folder_.path() / "data"} << "a file";
  EXPECT_THROW(SqliteStore{options_}, StoreDown);
}

}  // namespace
}  // namespace sentinel::storage::sqlite
