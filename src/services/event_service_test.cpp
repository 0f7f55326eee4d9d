#include "services/event_service.hpp"

#include <gtest/gtest.h>

#include "base/ids.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/memory_stores.hpp"

namespace sentinel::services {
namespace {

using std::chrono::seconds;

class EventsSince : public ::testing::Test {
 protected:
  // An event that is made now, and was written now.
  domain::Event open(const std::string& camera = "gate") {
    domain::Event event;
    event.id = ids_.next("evt_");
    event.camera_id = camera;
    event.started_at = clock_.utc_now();
    write(event);
    return event;
  }
  void write(domain::Event& event) {
    event.updated_at = clock_.utc_now();
    rows_.upsert_events({event});
  }
  void close(domain::Event& event) {
    event.ended_at = clock_.utc_now();
    write(event);
  }
  // "new ID" and "update ID", and how many are beyond.
  std::vector<std::string> told(std::string_view id,
                                const auth::CameraRights& rights = auth::CameraRights::everything()) {
    const auto replay = service_.since(rights, id).value();
    std::vector<std::string> out;
    for (const auto& change : replay.changes)
      out.push_back((change.is_new ? "new " : "update ") + change.event.id);
    if (replay.beyond > 0) out.push_back(std::to_string(replay.beyond) + " more");
    return out;
  }
  // Longer than the margin.
  void pass() { clock_.advance(seconds{60}); }

  using Told = std::vector<std::string>;
  fakes::FakeClock clock_;
  IdGenerator ids_{clock_};
  fakes::MemoryEvents rows_;
  fakes::MemoryMedia media_;
  EventService service_{rows_, media_};
};

TEST_F(EventsSince, TellsWhatOpenedThoughItBeganEarlier) {
  open();
  pass();
  const domain::Event last = open();
  pass();
  domain::Event waited = open();
  waited.started_at = last.started_at - seconds{300};
  write(waited);
  EXPECT_EQ(told(last.id), (Told{"update " + last.id, "new " + waited.id}));
}

TEST_F(EventsSince, TellsWhatChangedOrEnded) {
  domain::Event old = open();
  pass();
  domain::Event other = open();
  pass();
  const domain::Event last = open();
  pass();
  rows_.annotate_event(other.id, {.at = clock_.utc_now(), .notes = "n"}).value();
  pass();
  close(old);
  EXPECT_EQ(told(last.id), (Told{"update " + last.id, "update " + other.id, "update " + old.id}));
  EXPECT_EQ(told(other.id), (Told{"new " + last.id, "update " + other.id, "update " + old.id}));
}

TEST_F(EventsSince, TellsWhatWasWrittenOutOfOrder) {
  const domain::Event before = open();
  clock_.advance(seconds{5});
  domain::Event slow;
  slow.id = ids_.next("evt_");
  const domain::Event last = open();
  write(slow);
  EXPECT_EQ(told(last.id), (Told{"update " + before.id, "update " + slow.id, "update " + last.id}));
}

TEST_F(EventsSince, KnowsNoMoreThanTheTimeOfADeletedEvent) {
  const domain::Event last = open();
  pass();
  const domain::Event next = open();
  ASSERT_TRUE(rows_.delete_event(last.id).has_value());
  EXPECT_EQ(told(last.id), (Told{"new " + next.id}));
}

TEST_F(EventsSince, TellsOnlyOfCamerasThatTheCallerMaySee) {
  const domain::Event last = open("gate");
  pass();
  open("gate");
  const domain::Event dock = open("dock");
  EXPECT_EQ(told(last.id, auth::CameraRights::of({"dock"})), (Told{"new " + dock.id}));
  EXPECT_EQ(told(last.id, auth::CameraRights::of({})), Told{});
}

TEST_F(EventsSince, KeepsTheNewestAndCountsTheRest) {
  const domain::Event last = open();
  pass();
  std::vector<domain::Event> many(static_cast<std::size_t>(EventService::kSinceMax) + 7);
  for (domain::Event& event : many) {
    clock_.advance(seconds{1});
    event.id = ids_.next("evt_");
    event.updated_at = clock_.utc_now();
  }
  rows_.upsert_events(many);
  const auto replay = service_.since(auth::CameraRights::everything(), last.id).value();
  EXPECT_EQ(replay.changes.size(), static_cast<std::size_t>(EventService::kSinceMax));
  EXPECT_EQ(replay.changes.back().event.id, many.back().id);
  EXPECT_EQ(replay.beyond, 8) << "those seven, and the known one";
}

TEST_F(EventsSince, RefusesWhatIsNoEventsId) {
  for (const char* text : {"", "evt_", "nonsense", "evt_0000000000000000000000000U"}) {
    const auto refused = service_.since(auth::CameraRights::everything(), text);
    ASSERT_FALSE(refused.has_value()) << text;
    EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid);
    EXPECT_NE(std::string{refused.error().message}.find("since"), std::string::npos);
  }
}

}  // namespace
}  // namespace sentinel::services
