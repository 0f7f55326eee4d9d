#include "storage/sqlite/sqlite.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <limits>
#include <stdexcept>

#include "tests/fakes/temp_folder.hpp"

namespace sentinel::storage::sqlite {
namespace {

class SqliteDatabase : public testing::Test {
 protected:
  fakes::TempFolder folder_;
  Database db_{{.path = folder_.path() / "x.db"}};
};

TEST_F(SqliteDatabase, ValuesComeBackAsTheyWent) {
  db_.run_script("CREATE TABLE t (a, b, c, d, e, f, g)");
  const std::string text{"a\0ü", 4};
  const std::vector<std::uint8_t> bytes{0, 255};
  const UtcTime time{std::chrono::microseconds{-5}};
  db_.run("INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", std::numeric_limits<std::int64_t>::min(), 0.1,
          true, text, bytes, time, std::optional<std::string>{});
  Statement row = db_.prepare("SELECT * FROM t");
  ASSERT_TRUE(row.step());
  std::int64_t integer = 0;
  double real = 0;
  bool flag = false;
  std::string text_back;
  std::vector<std::uint8_t> bytes_back;
  UtcTime time_back;
  std::optional<std::string> none{"something"};
  row.fetch(integer, real, flag, text_back, bytes_back, time_back, none);
  EXPECT_EQ(integer, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(real, 0.1);
  EXPECT_TRUE(flag);
  EXPECT_EQ(text_back, text);
  EXPECT_EQ(bytes_back, bytes);
  EXPECT_EQ(time_back, time);
  EXPECT_FALSE(none.has_value());
  EXPECT_FALSE(row.step());
}

TEST_F(SqliteDatabase, EmptyIsNotNull) {
  EXPECT_EQ(db_.first<std::string>("SELECT typeof(?1)", std::string_view{}), "text");
  EXPECT_EQ(db_.first<std::string>("SELECT typeof(?1)", std::vector<std::uint8_t>{}), "blob");
  EXPECT_EQ(db_.first<std::string>("SELECT typeof(?1)", std::optional<std::int64_t>{}), "null");
  EXPECT_EQ(db_.first<std::int64_t>("SELECT 1 WHERE 0"), std::nullopt);
}

TEST_F(SqliteDatabase, TheSameTextMayRunInsideItself) {
  db_.run_script("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)");
  int pairs = 0;
  Statement outer = db_.prepare("SELECT a FROM t");
  while (outer.step()) {
    Statement inner = db_.prepare("SELECT a FROM t");
    while (inner.step()) ++pairs;
  }
  EXPECT_EQ(pairs, 9);
}

TEST_F(SqliteDatabase, MoreTextsThanTheCacheHolds) {
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 300; ++i) {
      EXPECT_EQ(db_.first<std::int64_t>("SELECT " + std::to_string(i)), i);
    }
  }
}

TEST_F(SqliteDatabase, ConstraintsAreValuesAndTheRestThrows) {
  db_.run_script(
      "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT UNIQUE);"
      "CREATE TABLE child (parent INTEGER REFERENCES parent (id), n INTEGER CHECK (n > 0));"
      "INSERT INTO parent VALUES (1, 'a')");
  EXPECT_EQ(db_.try_run("INSERT INTO parent VALUES (2, 'a')").error().kind, ErrorKind::kConflict);
  EXPECT_EQ(db_.try_run("INSERT INTO parent VALUES (1, 'b')").error().kind, ErrorKind::kConflict);
  EXPECT_EQ(db_.try_run("INSERT INTO child VALUES (9, 1)").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(db_.try_run("INSERT INTO child VALUES (1, 1)").value(), 1);
  EXPECT_THROW(db_.run("INSERT INTO parent VALUES (2, 'a')"), std::logic_error);
  EXPECT_THROW(static_cast<void>(db_.try_run("INSERT INTO child VALUES (1, 0)")), std::logic_error);
  EXPECT_THROW(db_.run("INSERT INTO nowhere VALUES (1)"), std::logic_error);
  EXPECT_THROW(db_.run("SELECT ?1", 1, 2), std::logic_error);
}

TEST_F(SqliteDatabase, ReadOnlyConnectionsRefuseToWrite) {
  db_.run_script("CREATE TABLE t (a)");
  Database reader{{.path = folder_.path() / "x.db", .read_only = true}};
  EXPECT_THROW(reader.run("INSERT INTO t VALUES (1)"), StoreDown);
  EXPECT_EQ(reader.first<std::int64_t>("SELECT count(*) FROM t"), 0);
}

TEST_F(SqliteDatabase, AnotherWriterIsWaitedForOnlySoLong) {
  db_.run_script("CREATE TABLE t (a); BEGIN IMMEDIATE");
  Database other{{.path = folder_.path() / "x.db", .busy_timeout = std::chrono::milliseconds{10}}};
  EXPECT_THROW(other.run("INSERT INTO t VALUES (1)"), StoreDown);
  db_.roll_back();
  EXPECT_EQ(other.run("INSERT INTO t VALUES (1)"), 1);
}

TEST_F(SqliteDatabase, ReadScopeSeesOneState) {
  db_.run_script("CREATE TABLE t (a)");
  Database reader{{.path = folder_.path() / "x.db", .read_only = true}};
  {
    const ReadScope scope{reader};
    EXPECT_EQ(reader.first<std::int64_t>("SELECT count(*) FROM t"), 0);
    db_.run("INSERT INTO t VALUES (1)");
    EXPECT_EQ(reader.first<std::int64_t>("SELECT count(*) FROM t"), 0);
  }
  EXPECT_EQ(reader.first<std::int64_t>("SELECT count(*) FROM t"), 1);
}

TEST_F(SqliteDatabase, FilesAreTheOwnersAlone) {
  db_.run_script("CREATE TABLE t (a)");
  for (const char* name : {"x.db", "x.db-wal", "x.db-shm"}) {
    struct stat status{};
    ASSERT_EQ(stat((folder_.path() / name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_mode & 07777U, 0600U) << name;
  }
}

TEST(SqliteOpen, WhatIsNoDatabaseThrows) {
  const fakes::TempFolder folder;
  std::ofstream{folder.path() / "text"} << std::string(5'000, 'x');
  EXPECT_THROW((Database{{.path = folder.path() / "text"}}), StoreDown);
  EXPECT_THROW((Database{{.path = folder.path() / "no/such/folder.db"}}), StoreDown);
  EXPECT_THROW((Database{{.path = folder.path()}}), StoreDown);
}

}  // namespace
}  // namespace sentinel::storage::sqlite
