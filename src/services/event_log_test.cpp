#include "services/event_log.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "storage/store_down.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/memory_stores.hpp"

namespace sentinel::services {
namespace {

using domain::EventChange;
using domain::EventPhase;

EventChange change(std::string id, EventPhase phase = EventPhase::kOpened) {
  EventChange out;
  out.phase = phase;
  out.event.id = std::move(id);
  out.event.camera_id = "gate";
  return out;
}

EventChange with_picture(std::string id) {
  EventChange out = change(std::move(id));
  out.event.has_snapshot = true;
  out.snapshot = domain::Snapshot{{1}, {2}};
  return out;
}

// A store that can be taken away, and that lets a test wait until it was asked in vain.
class FlakyEvents final : public fakes::MemoryEvents {
 public:
  void upsert_events(const std::vector<domain::Event>& events) override {
    {
      const std::lock_guard lock{mutex_};
      if (away_) {
        ++refusals_;
        changed_.notify_all();
        throw storage::StoreDown("away");
      }
      if (is_defect_) throw std::logic_error("a defect");
    }
    MemoryEvents::upsert_events(events);
  }
  void set_away(bool away) {
    const std::lock_guard lock{mutex_};
    away_ = away;
  }
  void set_defect(bool is_defect) {
    const std::lock_guard lock{mutex_};
    is_defect_ = is_defect;
  }
  bool wait_refused(int count) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return refusals_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool away_ = false;
  bool is_defect_ = false;
  int refusals_ = 0;
};

struct Bench {
  fakes::FakeClock clock;
  FlakyEvents rows;
  fakes::MemoryMedia media;
  Guarded<std::vector<EventChange>> told;
  EventLog log;

  explicit Bench(std::size_t waiting_max = 16)
      : log{rows, media, clock,
            [this](const EventChange& change) { told.with([&](auto& all) { all.push_back(change); }); },
            waiting_max} {}
};

TEST(EventLog, TellsOnlyWhatIsKept) {
  Bench bench;
  bench.log.publish(change("evt_1"));
  bench.log.publish(with_picture("evt_2"));
  bench.log.stop();
  ASSERT_EQ(bench.told.copy().size(), 2U);
  EXPECT_TRUE(bench.rows.find_event("evt_1").has_value());
  const auto pictured = bench.rows.find_event("evt_2");
  ASSERT_TRUE(pictured.has_value());
  EXPECT_TRUE(pictured->has_snapshot);
  EXPECT_EQ(bench.media.get(snapshot_key(*pictured, true)).value(), std::vector<std::uint8_t>{2});
  EXPECT_EQ(bench.media.get(snapshot_key(*pictured, false)).value(), std::vector<std::uint8_t>{1});
}

TEST(EventLog, AStoreThatComesBackGetsEverything) {
  Bench bench;
  const UtcTime began = bench.clock.utc_now();
  bench.rows.set_away(true);
  for (int i = 0; i < 5; ++i) bench.log.publish(change("evt_" + std::to_string(i)));
  ASSERT_TRUE(bench.rows.wait_refused(2));
  EXPECT_TRUE(bench.told.copy().empty());
  bench.clock.advance(std::chrono::seconds{60});
  bench.rows.set_away(false);
  bench.log.stop();
  EXPECT_EQ(bench.told.copy().size(), 5U);
  for (const EventChange& told : bench.told.copy()) {
    EXPECT_EQ(told.event.updated_at, began + std::chrono::seconds{60}) << "when it was kept, not when tried";
    EXPECT_EQ(bench.rows.find_event(told.event.id)->updated_at, told.event.updated_at);
  }
  EXPECT_EQ(bench.log.changes_lost(), 0U);
}

TEST(EventLog, AStopGivesAStoreUpThatIsAwayAndFreesThePipelines) {
  Bench bench{2};
  bench.rows.set_away(true);
  bench.log.publish(change("evt_0"));
  ASSERT_TRUE(bench.rows.wait_refused(1));
  std::jthread pipeline{[&] {
    for (int i = 1; i < 50; ++i) bench.log.publish(change("evt_" + std::to_string(i)));  // more than fits
  }};
  const auto began = std::chrono::steady_clock::now();
  bench.log.prepare_stop();
  pipeline.join();
  bench.log.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{2});
  EXPECT_EQ(bench.log.changes_lost(), 50U);
  EXPECT_TRUE(bench.told.copy().empty());
}

TEST(EventLog, APictureThatCannotBeWrittenIsNotPromised) {
  Bench bench;
  bench.media.fault.fail_at(1);
  bench.log.publish(with_picture("evt_1"));
  bench.log.stop();
  EXPECT_EQ(bench.log.snapshots_lost(), 1U);
  EXPECT_FALSE(bench.rows.find_event("evt_1")->has_snapshot);
  EXPECT_FALSE(bench.told.copy().at(0).event.has_snapshot);
}

TEST(EventLog, NorByTheChangesAfterIt) {
  Bench bench;
  bench.media.fault.fail_at(1);
  bench.log.publish(with_picture("evt_1"));
  EventChange later = change("evt_1", EventPhase::kUpdated);
  later.event.has_snapshot = true;  // the pipeline knows nothing of the loss
  bench.log.publish(later);
  later.phase = EventPhase::kClosed;
  bench.log.publish(later);
  bench.log.stop();
  for (const EventChange& told : bench.told.copy()) EXPECT_FALSE(told.event.has_snapshot);
}

TEST(EventLog, ABetterPictureThatIsLostLeavesTheOneBefore) {
  Bench bench;
  bench.log.publish(with_picture("evt_1"));
  bench.media.fault.fail_at(3);
  bench.log.publish(with_picture("evt_1"));
  bench.log.stop();
  EXPECT_EQ(bench.log.snapshots_lost(), 1U);
  EXPECT_TRUE(bench.rows.find_event("evt_1")->has_snapshot);
}

TEST(EventLog, ADefectOfOneBatchEndsNothing) {
  Bench bench;
  bench.rows.set_defect(true);
  bench.log.publish(change("evt_1"));
  while (bench.log.changes_lost() == 0) std::this_thread::yield();
  bench.rows.set_defect(false);
  bench.log.publish(change("evt_2"));
  bench.log.stop();
  EXPECT_FALSE(bench.rows.find_event("evt_1").has_value());
  EXPECT_TRUE(bench.rows.find_event("evt_2").has_value());
}

TEST(EventLog, WhatAKilledProcessLeftOpenIsClosed) {
  Bench bench;
  domain::Event open = change("evt_1").event;
  open.started_at = UtcTime{std::chrono::seconds{100}};
  open.updated_at = UtcTime{std::chrono::seconds{130}};
  bench.rows.upsert_events({open});
  bench.log.close_left_open(UtcTime{std::chrono::seconds{160}});
  EXPECT_EQ(bench.rows.find_event("evt_1")->ended_at, UtcTime{std::chrono::seconds{130}});
  EXPECT_EQ(bench.rows.find_event("evt_1")->updated_at, UtcTime{std::chrono::seconds{160}});
}

}  // namespace
}  // namespace sentinel::services
