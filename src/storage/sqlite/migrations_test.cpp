#include "storage/sqlite/migrations.hpp"

#include <gtest/gtest.h>

#include <array>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "storage/sqlite/sqlite_store.hpp"
#include "tests/fakes/temp_folder.hpp"

namespace sentinel::storage::sqlite {
namespace {

constexpr std::array kSteps{
    Migration{1, "a table", "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)"},
    Migration{2, "a column", "ALTER TABLE t ADD COLUMN b INTEGER; UPDATE t SET b = a + 1"},
    Migration{3, "a row", "INSERT INTO t VALUES (5, 6)"},
};
constexpr std::array kBrokenSteps{
    kSteps[0],
    Migration{2, "half", "ALTER TABLE t ADD COLUMN b INTEGER; INSERT INTO nowhere VALUES (1)"},
};

std::int64_t version_of(Database& db) {
  return *db.first<std::int64_t>("SELECT max(version) FROM schema_version");
}

class Migrations : public testing::Test {
 protected:
  fakes::TempFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "x.db";
};

TEST_F(Migrations, RunOnceEachInOrder) {
  Database db{{.path = path_}};
  migrate(db, std::span{kSteps}.first(1));
  EXPECT_EQ(version_of(db), 1);
  migrate(db, kSteps);
  migrate(db, kSteps);
  EXPECT_EQ(version_of(db), 3);
  EXPECT_EQ(db.first<std::int64_t>("SELECT count(*) FROM schema_version"), 3);
  EXPECT_EQ(db.first<std::int64_t>("SELECT sum(a * 10 + b) FROM t"), 12 + 56);
}

TEST_F(Migrations, AFailedStepLeavesNothingBehind) {
  Database db{{.path = path_}};
  EXPECT_THROW(migrate(db, kBrokenSteps), std::logic_error);
  EXPECT_FALSE(db.in_transaction());
  EXPECT_EQ(version_of(db), 1);
  EXPECT_EQ(db.first<std::int64_t>("SELECT count(*) FROM pragma_table_info('t')"), 1) << "no half of step 2";
  migrate(db, kSteps);
  EXPECT_EQ(version_of(db), 3);
}

TEST_F(Migrations, ANewerDatabaseIsRefusedInWords) {
  Database db{{.path = path_}};
  migrate(db, kSteps);
  try {
    migrate(db, std::span{kSteps}.first(2));
    FAIL() << "an older program must not touch it";
  } catch (const StoreDown& refusal) {
    EXPECT_NE(std::string{refusal.what()}.find("newer Sentinel (layout 3, this one knows 2)"),
              std::string::npos)
        << refusal.what();
  }
  EXPECT_FALSE(db.in_transaction());
  EXPECT_EQ(version_of(db), 3);
}

TEST_F(Migrations, TheStepsAreNumberedFromOne) {
  int expected = 1;
  for (const Migration& step : migrations()) EXPECT_EQ(step.version, expected++);
}

TEST_F(Migrations, EventsOfBeforeWereUpdatedWhenTheyEnded) {
  Database db{{.path = path_}};
  migrate(db, migrations().first(3));
  for (const auto& [id, ended] : {std::pair{"evt_open", "NULL"}, {"evt_closed", "9"}}) {
    db.run(
        std::string{
            "INSERT INTO events (id, camera_id, type, severity, confidence, metadata, started_at_us, "
            "ended_at_us, acknowledged, has_snapshot) VALUES (?1, 'c', 'person', 'low', 1, '{}', 5, "} +
            ended + ", 0, 0)",
        id);
  }
  migrate(db, migrations());
  const auto updated = [&](std::string_view id) {
    return db.first<std::int64_t>("SELECT updated_at_us FROM events WHERE id = ?1", id);
  };
  EXPECT_EQ(updated("evt_open"), 5);
  EXPECT_EQ(updated("evt_closed"), 9);
}

TEST_F(Migrations, ManyOpenANewStoreAtOnce) {
  constexpr int kOpeners = 4;
  for (int round = 0; round < 5; ++round) {
    const auto path = folder_.path() / std::to_string(round) / "sentinel.db";
    std::latch start{kOpeners};
    std::vector<std::string> failures(kOpeners);
    {
      std::vector<std::jthread> openers;
      for (std::string& failure : failures) {
        openers.emplace_back([&] {
          start.arrive_and_wait();
          try {
            SqliteStore store{{.path = path, .readers = 1}};
            store.write([](Database& db) { db.run("DELETE FROM sessions"); });
          } catch (const std::exception& thrown) {
            failure = thrown.what();
          }
        });
      }
    }
    for (const std::string& failure : failures) EXPECT_EQ(failure, "");
  }
}

}  // namespace
}  // namespace sentinel::storage::sqlite
