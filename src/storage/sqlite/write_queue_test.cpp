#include "storage/sqlite/write_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/fakes/temp_folder.hpp"

namespace sentinel::storage::sqlite {
namespace {

class Writes : public testing::Test {
 protected:
  Writes() {
    queue_.write([](Database& db) { db.run("CREATE TABLE t (n INTEGER PRIMARY KEY, filler BLOB)"); });
  }

  std::int64_t count() { return *reader_.first<std::int64_t>("SELECT count(*) FROM t"); }

  // Holds the writer until `body` has put its jobs into the queue, so that they share one transaction.
  template <class Body>
  void in_one_group(std::size_t jobs, const Body& body) {
    std::promise<void> go_on;
    std::latch held{1};
    std::jthread holder{[&] {
      queue_.write([&](Database&) {
        held.count_down();
        go_on.get_future().wait();
      });
    }};
    held.wait();
    std::vector<std::jthread> callers;
    for (std::size_t i = 0; i < jobs; ++i) callers.emplace_back([&, i] { body(static_cast<int>(i)); });
    while (queue_.stats().waiting < jobs) std::this_thread::yield();
    go_on.set_value();
  }

  static void insert(Database& db, int n) { db.run("INSERT INTO t (n) VALUES (?1)", n); }

  fakes::TempFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "x.db";
  WriteQueue queue_{std::make_unique<Database>(DatabaseOptions{.path = path_}), {}};
  Database reader_{{.path = path_, .read_only = true}};
};

TEST_F(Writes, GivesBackTheResultOnceCommitted) {
  EXPECT_EQ(queue_.write([](Database& db) { return insert(db, 1), 42; }), 42);
  EXPECT_EQ(count(), 1);
  queue_.write([](Database& db) { insert(db, 2); });
  EXPECT_EQ(count(), 2);
}

TEST_F(Writes, WhatWaitsSharesOneCommit) {
  const auto before = queue_.stats();
  in_one_group(20, [&](int i) { queue_.write([i](Database& db) { insert(db, i); }); });
  EXPECT_EQ(count(), 20);
  EXPECT_EQ(queue_.stats().jobs - before.jobs, 21U);
  EXPECT_EQ(queue_.stats().commits - before.commits, 2U);
}

TEST_F(Writes, AFailedJobUndoesItselfAlone) {
  std::atomic<int> thrown = 0;
  std::atomic<int> refused = 0;
  in_one_group(21, [&](int i) {
    try {
      const Status status = queue_.write([i](Database& db) -> Status {
        insert(db, 100 + i);
        if (i % 3 == 1) throw std::runtime_error("not this one");
        if (i % 3 == 2) return conflict("nor this one");
        return {};
      });
      if (!status) ++refused;
    } catch (const std::runtime_error&) {
      ++thrown;
    }
  });
  EXPECT_EQ(thrown, 7);
  EXPECT_EQ(refused, 7);
  EXPECT_EQ(count(), 7);
  EXPECT_EQ(reader_.first<std::int64_t>("SELECT count(*) FROM t WHERE n % 3 = 1"), 7) << "100, 103, 106, ...";
}

TEST_F(Writes, AFullDiskFailsTheLargeJobOnly) {
  queue_.write([](Database& db) { insert(db, 1); });
  std::atomic<int> failed = 0;
  const auto pages = *reader_.first<std::int64_t>("PRAGMA page_count");
  queue_.write([&](Database& db) { db.run_script("PRAGMA max_page_count = " + std::to_string(pages + 20)); });
  in_one_group(9, [&](int i) {
    try {
      queue_.write([i](Database& db) {
        insert(db, 100 + i);
        if (i == 4) db.run("INSERT INTO t VALUES (4, zeroblob(1000000))");
      });
    } catch (const StoreDown&) {
      ++failed;
    }
  });
  EXPECT_EQ(failed, 1);
  EXPECT_EQ(count(), 1 + 8);
  EXPECT_EQ(reader_.first<std::int64_t>("SELECT count(*) FROM t WHERE n = 104"), 0);
  EXPECT_GE(queue_.stats().failures, 1U);
}

TEST_F(Writes, ABlockedDatabaseFailsAllThatWaitAtOnceAndThenGoesOn) {
  Database other{{.path = path_}};
  WriteQueue queue{std::make_unique<Database>(
                       DatabaseOptions{.path = path_, .busy_timeout = std::chrono::milliseconds{20}}),
                   {}};
  other.run("BEGIN IMMEDIATE");
  std::atomic<int> failed = 0;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 8; ++i) {
      callers.emplace_back([&, i] {
        try {
          queue.write([i](Database& db) { insert(db, i); });
        } catch (const StoreDown&) {
          ++failed;
        }
      });
    }
  }
  EXPECT_EQ(failed, 8);
  other.roll_back();
  queue.write([](Database& db) { insert(db, 1); });
  EXPECT_EQ(count(), 1);
}

TEST_F(Writes, ABoundedQueueBlocksAndLosesNothing) {
  WriteQueue queue{std::make_unique<Database>(DatabaseOptions{.path = path_}),
                   {.queue_max = 2, .group_max = 3}};
  {
    std::vector<std::jthread> callers;
    for (int c = 0; c < 8; ++c) {
      callers.emplace_back([&, c] {
        for (int i = 0; i < 25; ++i) queue.write([&](Database& db) { insert(db, c * 100 + i); });
      });
    }
  }
  EXPECT_EQ(count(), 200);
  EXPECT_EQ(queue.stats().waiting, 0U);
}

}  // namespace
}  // namespace sentinel::storage::sqlite
