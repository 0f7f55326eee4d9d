// The whole way of a camera: a scripted source, a scripted detector, the real gate, tracker and presence, and
// a sink in memory, on a clock that stands still.
#include "pipeline/camera_pipeline.hpp"

#include <gtest/gtest.h>

#include <latch>

#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_frame.hpp"
#include "tests/fakes/memory_event_sink.hpp"
#include "tests/fakes/no_jpeg.hpp"
#include "tests/fakes/scripted_detector.hpp"

namespace sentinel::pipeline {
namespace {

using domain::EventPhase;
using fakes::ScriptedDetector;
using fakes::SourceScript;
using fakes::walk;

constexpr UtcTime kBase{std::chrono::seconds{1'700'000'000}};

// Finds the bright square of a fake frame, as a person.
std::vector<domain::Detection> see_square(std::size_t, const domain::Frame& frame) {
  const auto* row = frame.planes[0] + (fakes::kSquareTop + 4) * frame.strides[0];
  for (int x = 0; x < frame.width; ++x) {
    if (row[x] > 200)
      return {{{static_cast<float>(x), fakes::kSquareTop, fakes::kSquareSide, fakes::kSquareSide}, 0, 0.9F}};
  }
  return {};
}

// 40 s at 10 fps: somebody walks in at 5 s, stands from 8 to 20 s, walks on and is gone after 23 s; another
// passes from 30 to 33 s.
int square_of(int n) {
  if (n >= 50 && n < 80) return 2 * (n - 50);
  if (n >= 80 && n < 200) return 60;
  if (n >= 200 && n < 230) return 60 + 5 * (n - 200) / 2;
  if (n >= 300 && n < 330) return 135 - 4 * (n - 300);
  return -1;
}

struct Bench {
  fakes::FakeClock clock;
  IdGenerator ids{clock};
  fakes::MemoryEventSink sink;
  ScriptedDetector detector;
  DetectScheduler scheduler{detector, clock};
  std::vector<TrackedItem> tracked;
  domain::Camera camera;
  PipelineConfig config;

  explicit Bench(ScriptedDetector::Script script = see_square, std::size_t slots = 2)
      : detector{script, slots} {
    camera.id = "camera_1";
    camera.url = "file:///script";
  }

  PipelineParts parts(const SourceScript& script) {
    return {.clock = clock,
            .make_source =
                [script](const media::SourceConfig&) {
                  return std::make_unique<fakes::ScriptSource>("camera_1", script);
                },
            .detector = detector,
            .events = sink,
            .ids = ids,
            .encode_jpeg = fakes::no_jpeg,
            .on_tracked = [this](const TrackedItem& item) { tracked.push_back(item); }};
  }
};

double seconds_of(UtcTime time) {
  return to_seconds(time - kBase);
}

TEST(CameraPipeline, OneVisitIsOneEventFromSourceToSink) {
  Bench bench;
  CameraPipeline pipeline{bench.camera,    bench.config,   bench.parts(walk(400, square_of)),
                          bench.scheduler, Mode::kOffline, nullptr};
  EXPECT_FALSE(pipeline.run_to_end({}));
  const auto events = bench.sink.events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_NEAR(seconds_of(events[0].started_at), 5, 0.3);
  EXPECT_NEAR(seconds_of(events[0].ended_at.value()), 22.9, 0.3);
  EXPECT_NEAR(seconds_of(events[1].started_at), 30, 0.3);
  EXPECT_NEAR(seconds_of(events[1].ended_at.value()), 32.9, 0.3);
  EXPECT_EQ(events[0].type, domain::EventType::kPerson);
  EXPECT_TRUE(events[0].has_snapshot);
  const auto stats = pipeline.stats();
  EXPECT_EQ(stats.frames_decoded, 400U);
  EXPECT_EQ(stats.frames_inferred + stats.frames_quiet, 400U);
  EXPECT_EQ(stats.frames_dropped + stats.results_dropped, 0U);
  EXPECT_GT(stats.frames_quiet, 150U);  // the empty scene and most of the standing
  EXPECT_EQ(bench.tracked.size(), 400U);
  for (std::size_t n = 0; n < bench.tracked.size(); ++n) EXPECT_EQ(bench.tracked[n].frame->sequence, n);
}

TEST(CameraPipeline, OfflineTheSameInputGivesTheSameEvents) {
  std::vector<std::vector<double>> runs;
  for (int run = 0; run < 5; ++run) {
    Bench bench{see_square, run % 2 == 0 ? 1U : 3U};
    CameraPipeline pipeline{bench.camera,    bench.config,   bench.parts(walk(400, square_of)),
                            bench.scheduler, Mode::kOffline, nullptr};
    pipeline.run_to_end({});
    std::vector<double> told;
    for (const auto& change : bench.sink.changes()) {
      told.push_back(static_cast<double>(change.phase));
      told.push_back(seconds_of(change.event.started_at));
      told.push_back(change.event.ended_at ? seconds_of(*change.event.ended_at) : -1);
      told.push_back(static_cast<double>(change.event.confidence));
    }
    told.push_back(static_cast<double>(pipeline.stats().frames_inferred));
    runs.push_back(std::move(told));
  }
  for (const auto& told : runs) EXPECT_EQ(told, runs.front());
}

TEST(CameraPipeline, AFailureOfflineIsTheEndAndClosesWhatIsOpen) {
  Bench bench;
  CameraPipeline pipeline{
      bench.camera,    bench.config,   bench.parts(walk(100, square_of).fail(unavailable("Lost"))),
      bench.scheduler, Mode::kOffline, nullptr};
  ASSERT_TRUE(pipeline.run_to_end({}));
  const auto events = bench.sink.events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_NEAR(seconds_of(events[0].ended_at.value()), 9.9, 2.1);  // of the latest inference: he stands still
}

TEST(CameraPipeline, LiveASlowDetectorNeverDelaysTheReaderAndTheDropsAreCounted) {
  std::latch open_up{1};
  Bench bench{[&](std::size_t, const domain::Frame&) {
                open_up.wait();
                return std::vector<domain::Detection>{};
              },
              1};
  bench.config.infer.motion_gate = false;
  auto tap = std::make_shared<LiveTap>(std::vector<std::string>{"person"});
  std::latch read{200};
  auto parts = bench.parts(walk(200).wait());
  CameraPipeline pipeline{bench.camera, bench.config, parts, bench.scheduler, Mode::kLive, tap};
  const auto watching = tap->watch([&](std::uint64_t) { read.count_down(); });
  pipeline.start();
  read.wait();  // all 200 frames, while the detector sits on the first
  open_up.count_down();
  pipeline.stop();
  const auto stats = pipeline.stats();
  EXPECT_EQ(stats.frames_decoded, 200U);
  EXPECT_GE(stats.frames_dropped, 190U);
  EXPECT_EQ(stats.status, domain::CameraStatus::kInactive);
}

TEST(CameraPipeline, StopClosesOpenEvents) {
  Bench bench;
  auto parts = bench.parts(walk(100, square_of).wait());
  bench.config.frames_waiting_max = 200;  // nothing may be dropped in this test: the script has no pace
  bench.config.results_waiting_max = 200;
  CameraPipeline pipeline{bench.camera, bench.config, parts, bench.scheduler, Mode::kLive, nullptr};
  pipeline.start();
  bench.sink.wait_opened("camera_1", 1);
  pipeline.stop();
  const auto changes = bench.sink.changes();
  EXPECT_EQ(changes.back().phase, EventPhase::kClosed);
  ASSERT_TRUE(changes.back().event.ended_at);
  EXPECT_GE(*changes.back().event.ended_at, changes.back().event.started_at);
  pipeline.stop();  // once more does no harm
}

}  // namespace
}  // namespace sentinel::pipeline
