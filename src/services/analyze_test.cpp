#include "services/analyze.hpp"

#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_frame.hpp"
#include "tests/fakes/memory_event_sink.hpp"
#include "tests/fakes/no_jpeg.hpp"
#include "tests/fakes/scripted_detector.hpp"

namespace sentinel::services {
namespace {

// A person stands in frames 50 to 99.
std::vector<domain::Detection> see(std::size_t, const domain::Frame& frame) {
  if (frame.sequence < 50 || frame.sequence >= 100) return {};
  return {{{100, 50, 40, 90}, 0, 0.9F}};
}

struct Bench {
  fakes::FakeClock clock;
  IdGenerator ids{clock};
  fakes::MemoryEventSink sink;
  fakes::ScriptedDetector detector{see, 2};
  std::vector<AnalyzedEvent> events;
  std::size_t tracked = 0;

  Result<AnalyzeSummary> run(const fakes::SourceScript& script) {
    domain::Camera camera;
    camera.id = "analyze";
    camera.url = "/clip.mp4";
    pipeline::PipelineConfig config;
    config.infer.motion_gate = false;
    AnalyzeRun run{camera,
                   config,
                   {.clock = clock,
                    .make_source =
                        [&](const media::SourceConfig& source) {
                          EXPECT_EQ(source.pace, media::Pace::kFastest);
                          EXPECT_FALSE(source.loop);
                          return std::make_unique<fakes::ScriptSource>("analyze", script);
                        },
                    .detector = detector,
                    .events = sink,
                    .ids = ids,
                    .encode_jpeg = fakes::no_jpeg},
                   {.on_event = [&](const AnalyzedEvent& event) { events.push_back(event); },
                    .on_tracked = [&](const pipeline::TrackedItem&) { ++tracked; }}};
    return run.run({});
  }
};

TEST(AnalyzeRun, TellsEventsInSecondsOfTheStreamAndSumsUp) {
  Bench bench;
  const auto summary = bench.run(fakes::walk(200));
  ASSERT_TRUE(summary);
  ASSERT_GE(bench.events.size(), 2U);
  EXPECT_NEAR(bench.events.front().start_s, 5.0, 0.001);
  EXPECT_FALSE(bench.events.front().end_s);
  EXPECT_EQ(bench.events.back().change.phase, domain::EventPhase::kClosed);
  EXPECT_NEAR(bench.events.back().end_s.value(), 9.9, 0.001);
  EXPECT_EQ(bench.sink.changes().size(), bench.events.size());
  EXPECT_EQ(bench.tracked, 200U);
  EXPECT_EQ(summary->events, 1U);
  EXPECT_EQ(summary->stats.frames_decoded, 200U);
  EXPECT_EQ(summary->stats.frames_inferred, 200U);
  EXPECT_EQ(summary->detect.inferred, 200U);
  EXPECT_EQ(summary->stages.size(), 4U);
  EXPECT_NEAR(to_seconds(summary->length), 19.9, 0.001);
}

TEST(AnalyzeRun, AFileThatCannotBeOpenedIsTheError) {
  Bench bench;
  const auto summary = bench.run(fakes::SourceScript::refuse(not_found("No such file")));
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace sentinel::services
