// fails_at_every_step: the same story with the disk breaking at its first, second, third, ... change, and
// after each the question whether anything is half done.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <set>

#include "storage/conformance_backends.hpp"
#include "storage/sqlite/failing_vfs.hpp"

namespace sentinel::storage::sqlite {
namespace {

domain::Event make_event(std::string id, std::int64_t started_us) {
  domain::Event event;
  event.id = std::move(id);
  event.camera_id = "camera_1";
  event.metadata_json = "{\"filler\":\"" + std::string(500, 'x') + "\"}";
  event.started_at = at_us(started_us);
  return event;
}

// Three events are one unit, written together: "a" to begin with, "b" by an update of all three.
std::vector<domain::Event> make_batch(int batch, const std::string& label) {
  std::vector<domain::Event> events;
  for (int i = 0; i < 3; ++i) {
    events.push_back(make_event(fmt::format("evt_{}_{}", batch, i), batch));
    events.back().label = label;
  }
  return events;
}

// What the story was told to be done, and what it tried: a step that failed may be there or not, but whole.
struct Ledger {
  std::set<std::string> done;
  std::set<std::string> tried;

  void step(const std::string& name, const std::function<void()>& action) {
    tried.insert(name);
    try {
      action();
      done.insert(name);
    } catch (const StoreDown&) {
    }
  }
};

void tell_story(SqliteStore& store, Ledger& ledger) {
  SqliteUsers users{store};
  SqliteCameras cameras{store};
  SqliteEvents events{store};
  auth::User admin;
  admin.username = "admin";
  ledger.step("user", [&] { users.insert_first_user(admin); });
  ledger.step("session", [&] {
    Session session;
    session.id = "s1";
    session.user_id = 1;
    session.refresh_hash = "h1";
    if (!users.insert_session(session)) throw StoreDown("there is no user");
  });
  ledger.step("rotation", [&] {
    Session session;
    session.id = "s1";
    session.refresh_hash = "h2";
    session.last_used_at = at_us(9);
    if (!users.rotate_session("h1", session)) throw StoreDown("there is no session");
  });
  ledger.step("camera", [&] { cameras.insert_camera({}, {}); });
  for (int batch = 0; batch < 3; ++batch) {
    ledger.step(fmt::format("a{}", batch), [&] { events.upsert_events(make_batch(batch, "a")); });
    ledger.step(fmt::format("b{}", batch), [&] { events.upsert_events(make_batch(batch, "b")); });
  }
  // The log into the database file: most of the writes there are.
  ledger.step("checkpoint",
              [&] { store.read([](Database& db) { db.run("PRAGMA wal_checkpoint(TRUNCATE)"); }); });
}

// "" when nothing is half done, otherwise what is.
std::string check_whole(SqliteStore& store, const Ledger& ledger) {
  SqliteUsers users{store};
  SqliteCameras cameras{store};
  SqliteEvents events{store};
  const auto is_consistent = [&](const std::string& step, bool is_there) {
    return is_there ? ledger.tried.contains(step) : !ledger.done.contains(step);
  };
  if (!is_consistent("user", users.find_user("admin").has_value())) return "user";
  const auto session = users.find_session("s1");
  if (!is_consistent("session", session.has_value())) return "session";
  if (session && !is_consistent("rotation", session->refresh_hash == "h2")) return "rotation";
  if (session && (session->refresh_hash == "h2") != (session->last_used_at == at_us(9)))
    return "half a rotation";
  if (!is_consistent("camera", cameras.find_camera("camera_1").has_value())) return "camera";
  for (int batch = 0; batch < 3; ++batch) {
    std::set<std::string> labels;
    for (const auto& event : make_batch(batch, "")) {
      const auto stored = events.find_event(event.id);
      labels.insert(stored ? stored->label.value() : "absent");
    }
    if (labels.size() != 1) return fmt::format("batch {} is half done", batch);
    if (ledger.done.contains(fmt::format("b{}", batch)) && *labels.begin() != "b") return "a lost update";
    if (ledger.done.contains(fmt::format("a{}", batch)) && *labels.begin() == "absent") return "a lost batch";
  }
  const auto verdict =
      store.read([](Database& db) { return *db.first<std::string>("PRAGMA integrity_check"); });
  return verdict == "ok" ? "" : verdict;
}

class Faults : public testing::TestWithParam<int> {};

TEST_P(Faults, NothingIsHalfDoneWhereverTheDiskBreaks) {
  FailingVfs disk{"failing"};
  bool broke = true;
  int step = 1;
  for (; broke; ++step) {
    ASSERT_LT(step, 2'000) << "the story has no end";
    const fakes::TempFolder folder;
    const SqliteOptions options{.path = folder.path() / "sentinel.db", .readers = 1, .vfs = disk.name()};
    Ledger ledger;
    {
      SqliteStore store{options};
      disk.break_at(step, GetParam());
      tell_story(store, ledger);
      broke = disk.is_broken();
      disk.heal();
      ASSERT_EQ(check_whole(store, ledger), "") << "in the same process, at step " << step;
      SqliteEvents{store}.upsert_events(make_batch(7, "again"));
    }
    SqliteStore again{options};
    ASSERT_EQ(check_whole(again, ledger), "") << "after a restart, at step " << step;
    ASSERT_TRUE(SqliteEvents{again}.find_event("evt_7_0").has_value())
        << "a healed disk works on, at step " << step;
  }
  EXPECT_GT(step, 20) << "the disk had little to do";
  RecordProperty("steps", step);
}

TEST_P(Faults, OpeningFailsWholeAndSucceedsLater) {
  FailingVfs disk{"failing"};
  bool broke = true;
  for (int step = 1; broke; ++step) {
    ASSERT_LT(step, 2'000) << "opening has no end";
    const fakes::TempFolder folder;
    const SqliteOptions options{.path = folder.path() / "sentinel.db", .readers = 1, .vfs = disk.name()};
    disk.break_at(step, GetParam());
    try {
      const SqliteStore store{options};
      broke = disk.is_broken();
    } catch (const StoreDown&) {
      broke = true;
    }
    disk.heal();
    SqliteStore store{options};
    auth::User admin;
    admin.username = "admin";
    EXPECT_TRUE(SqliteUsers{store}.insert_first_user(admin).has_value()) << step;
  }
}

INSTANTIATE_TEST_SUITE_P(Codes, Faults, testing::Values(SQLITE_IOERR_WRITE, SQLITE_FULL),
                         [](const auto& info) {
                           return std::string{info.param == SQLITE_FULL ? "Full" : "Broken"};
                         });

}  // namespace
}  // namespace sentinel::storage::sqlite
