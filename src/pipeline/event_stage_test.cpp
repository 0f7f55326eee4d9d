#include "pipeline/event_stage.hpp"

#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_frame.hpp"

namespace sentinel::pipeline {
namespace {

using domain::EventChange;
using domain::EventPhase;
using domain::EventType;
using std::chrono::milliseconds;

const std::vector<std::string> kNames{"person", "chair", "car"};

struct Bench {
  fakes::FakeClock clock;
  IdGenerator ids{clock};
  int snapshots = 0;
  int plain_pictures = 0;
  std::vector<EventChange> out;
  Emit<EventChange> emit{[this](EventChange change) { out.push_back(std::move(change)); }};
  EventStage stage{"camera_1",
                   {},
                   kNames,
                   ids,
                   clock,
                   [this](const domain::Frame&, const std::vector<media::Overlay>& overlays, int,
                          int) -> Result<std::vector<std::uint8_t>> {
                     if (overlays.empty()) {
                       ++plain_pictures;
                       return std::vector<std::uint8_t>{1};
                     }
                     EXPECT_EQ(overlays.at(0).label, "person 0.80");
                     return std::vector{static_cast<std::uint8_t>(++snapshots)};
                   }};

  // A frame of one opening `ms` after its start, with one track at `x` that lives since its start, or
  // without.
  void frame(int ms, int opening = 1, bool with_track = true, float height = 60, int opened_ms = 0) {
    const StreamTime time = milliseconds{ms};
    const UtcTime base = UtcTime{std::chrono::seconds{1'700'000'000}} + milliseconds{opened_ms};
    TrackedItem item{
        fakes::fake_frame({.stream_time = time, .captured_at = base, .received_at = clock.mono_now()}),
        opening,
        {time, base + time, 160, 96, {}}};
    if (with_track) {
      item.tracked.tracks.push_back({.id = 7,
                                     .class_id = 0,
                                     .state = domain::TrackState::kConfirmed,
                                     .box = {40, 24, 16, height / 2},
                                     .score = 0.8F,
                                     .first_seen = StreamTime{0},
                                     .last_seen = time});
    }
    stage.process(std::move(item), emit);
  }
};

TEST(EventStage, AnEventCarriesWhatTheContractLists) {
  Bench bench;
  for (int ms = 0; ms <= 5'000; ms += 100) bench.frame(ms);
  for (int ms = 5'100; ms <= 9'000; ms += 100) bench.frame(ms, 1, false);
  ASSERT_GE(bench.out.size(), 2U);
  const auto& opened = bench.out.front();
  EXPECT_EQ(opened.phase, EventPhase::kOpened);
  EXPECT_TRUE(opened.event.id.starts_with("evt_"));
  EXPECT_EQ(opened.event.camera_id, "camera_1");
  EXPECT_EQ(opened.event.type, EventType::kPerson);
  EXPECT_EQ(opened.event.severity, domain::EventSeverity::kMedium);
  EXPECT_FLOAT_EQ(opened.event.confidence, 0.8F);
  EXPECT_EQ(opened.event.label, "person");
  EXPECT_EQ(opened.event.track_id, 7);
  EXPECT_EQ(opened.event.started_at, UtcTime{std::chrono::seconds{1'700'000'000}});
  EXPECT_FALSE(opened.event.ended_at);
  ASSERT_TRUE(opened.event.box);
  EXPECT_FLOAT_EQ(opened.event.box->x, 0.25F);
  EXPECT_FLOAT_EQ(opened.event.box->y, 0.25F);
  EXPECT_TRUE(opened.event.has_snapshot);
  ASSERT_TRUE(opened.snapshot);
  EXPECT_EQ(opened.snapshot->plain_jpeg.size(), 1U);
  const auto& closed = bench.out.back();
  EXPECT_EQ(closed.phase, EventPhase::kClosed);
  EXPECT_EQ(closed.event.id, opened.event.id);
  EXPECT_EQ(closed.event.ended_at, opened.event.started_at + milliseconds{5'000});
  EXPECT_FALSE(closed.snapshot);  // told before
  EXPECT_TRUE(closed.event.has_snapshot);
}

TEST(EventStage, ABetterSnapshotComesWithTheNextChange) {
  Bench bench;
  for (int ms = 0; ms <= 900; ms += 100) bench.frame(ms);
  for (int ms = 1'000; ms <= 1'400; ms += 100) bench.frame(ms, 1, true, 90);
  EXPECT_EQ(bench.snapshots, 2);
  bench.stage.finish(bench.emit);
  ASSERT_EQ(bench.out.size(), 2U);
  ASSERT_TRUE(bench.out[1].snapshot);
  EXPECT_EQ(bench.out[1].phase, EventPhase::kClosed);
  EXPECT_EQ(bench.out[1].snapshot->boxed_jpeg[0], 2);
  EXPECT_FLOAT_EQ(bench.out[1].event.box->height, 45.F / 96);  // where it was in that picture
}

TEST(EventStage, ThePlainPictureOfAFrameIsMadeOnceForAllItsEvents) {
  Bench bench;
  for (int ms = 0; ms <= 1'000; ms += 100) {
    const StreamTime time = milliseconds{ms};
    TrackedItem item{fakes::fake_frame({.stream_time = time}), 1, {time, UtcTime{time}, 160, 96, {}}};
    for (const std::int64_t id : {1, 2, 3}) {
      item.tracked.tracks.push_back({.id = id,
                                     .state = domain::TrackState::kConfirmed,
                                     .box = {40 * static_cast<float>(id), 24, 16, 30},
                                     .score = 0.8F,
                                     .last_seen = time});
    }
    bench.stage.process(std::move(item), bench.emit);
  }
  ASSERT_EQ(bench.out.size(), 3U);
  EXPECT_EQ(bench.snapshots, 3);
  EXPECT_EQ(bench.plain_pictures, 1);
  for (const auto& change : bench.out) EXPECT_TRUE(change.snapshot);
}

TEST(EventStage, FinishClosesWhatIsOpen) {
  Bench bench;
  for (int ms = 0; ms <= 2'000; ms += 100) bench.frame(ms);
  bench.stage.finish(bench.emit);
  EXPECT_EQ(bench.out.back().phase, EventPhase::kClosed);
  EXPECT_EQ(bench.out.back().event.ended_at, UtcTime{std::chrono::seconds{1'700'000'002}});
  const auto count = bench.out.size();
  bench.stage.finish(bench.emit);
  EXPECT_EQ(bench.out.size(), count);
}

TEST(EventStage, ACameraThatStaysAwayClosesItsEventsOnce) {
  Bench bench;
  for (int ms = 0; ms <= 1'000; ms += 100) bench.frame(ms);
  bench.clock.advance(milliseconds{9'999});
  bench.stage.idle(bench.emit);
  EXPECT_EQ(bench.out.back().phase, EventPhase::kOpened);
  bench.clock.advance(milliseconds{1});
  bench.stage.idle(bench.emit);
  EXPECT_EQ(bench.out.back().phase, EventPhase::kClosed);
  EXPECT_EQ(bench.out.back().event.ended_at, UtcTime{std::chrono::seconds{1'700'000'001}});
  const auto count = bench.out.size();
  bench.stage.idle(bench.emit);
  EXPECT_EQ(bench.out.size(), count);
}

TEST(EventStage, AShortReconnectKeepsTheEvent) {
  Bench bench;
  for (int ms = 0; ms <= 1'000; ms += 100) bench.frame(ms);
  for (int ms = 0; ms <= 1'000; ms += 100) bench.frame(ms, 2, true, 60, 2'500);
  bench.stage.finish(bench.emit);
  EXPECT_EQ(bench.out.front().phase, EventPhase::kOpened);
  EXPECT_EQ(bench.out.back().phase, EventPhase::kClosed);
  for (const auto& change : bench.out) EXPECT_EQ(change.event.id, bench.out.front().event.id);
  EXPECT_EQ(bench.out.back().event.ended_at, UtcTime{std::chrono::milliseconds{1'700'000'003'500}});
}

}  // namespace
}  // namespace sentinel::pipeline
