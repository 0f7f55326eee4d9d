#include "pipeline/orchestrator.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_frame.hpp"
#include "tests/fakes/memory_event_sink.hpp"
#include "tests/fakes/no_jpeg.hpp"
#include "tests/fakes/scripted_detector.hpp"

namespace sentinel::pipeline {
namespace {

using domain::CameraStatus;

// Every camera shows one person who stands there from the first frame on; then the source hangs.
struct Bench {
  fakes::FakeClock clock;
  IdGenerator ids{clock};
  fakes::MemoryEventSink sink;
  fakes::ScriptedDetector detector{[](std::size_t, const domain::Frame&) {
                                     return std::vector<domain::Detection>{{{50, 50, 40, 90}, 0, 0.9F}};
                                   },
                                   2};
  Guarded<std::map<std::string, int>> openings;
  Orchestrator orchestrator;

  Bench() : orchestrator{config(), parts()} {}

  static PipelineConfig config() {
    PipelineConfig config;
    config.infer.motion_gate = false;
    config.frames_waiting_max = 100;  // the script has no pace
    config.results_waiting_max = 100;
    return config;
  }
  PipelineParts parts() {
    return {.clock = clock,
            .make_source =
                [this](const media::SourceConfig& source) {
                  openings.with([&](auto& map) { ++map[source.camera_id]; });
                  return std::make_unique<fakes::ScriptSource>(source.camera_id, fakes::walk(30).wait());
                },
            .detector = detector,
            .events = sink,
            .ids = ids,
            .encode_jpeg = fakes::no_jpeg};
  }
  static domain::Camera camera(const std::string& id) {
    domain::Camera camera;
    camera.id = id;
    camera.url = "rtsp://camera.test/" + id;
    return camera;
  }
  int closed(const std::string& id) const {
    int count = 0;
    for (const auto& event : sink.events()) count += event.camera_id == id && event.ended_at ? 1 : 0;
    return count;
  }
};

TEST(Orchestrator, StartsStopsAndReplacesACameraWithoutTouchingTheOthers) {
  Bench bench;
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(bench.orchestrator.start(Bench::camera(id)));
  for (const char* id : {"a", "b", "c"}) bench.sink.wait_opened(id, 1);
  ASSERT_TRUE(bench.orchestrator.start(Bench::camera("b")));  // replaced
  bench.sink.wait_opened("b", 2);
  EXPECT_TRUE(bench.orchestrator.stop("c"));
  EXPECT_FALSE(bench.orchestrator.stop("c"));
  EXPECT_EQ(bench.closed("a"), 0);
  EXPECT_EQ(bench.closed("b"), 1);
  EXPECT_EQ(bench.closed("c"), 1);
  EXPECT_EQ(bench.openings.copy(), (std::map<std::string, int>{{"a", 1}, {"b", 2}, {"c", 1}}));
  const auto all = bench.orchestrator.stats();
  EXPECT_EQ(all.at("a").status, CameraStatus::kActive);
  EXPECT_EQ(all.at("a").width, 160);
  EXPECT_EQ(all.at("c").status, CameraStatus::kInactive);
  EXPECT_EQ(all.at("c").status_reason, "stopped");
  EXPECT_GE(all.at("c").frames_decoded, 5U);
  EXPECT_EQ(bench.orchestrator.stage_reports("a").size(), 4U);
  EXPECT_TRUE(bench.orchestrator.stage_reports("c").empty());
}

TEST(Orchestrator, StopAllClosesEverythingForGood) {
  Bench bench;
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(bench.orchestrator.start(Bench::camera(id)));
  for (const char* id : {"a", "b", "c"}) bench.sink.wait_opened(id, 1);
  bench.orchestrator.stop_all();
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(bench.closed(id), 1) << id;
  const auto refused = bench.orchestrator.start(Bench::camera("d"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
}

TEST(Orchestrator, TheLivePictureOutlivesAStop) {
  Bench bench;
  EXPECT_EQ(bench.orchestrator.live("a"), nullptr);
  ASSERT_TRUE(bench.orchestrator.start(Bench::camera("a")));
  bench.sink.wait_opened("a", 1);
  const auto tap = bench.orchestrator.live("a");
  ASSERT_NE(tap, nullptr);
  const auto picture = tap->newer_than(0, true);
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->tracks.size(), 1U);
  bench.orchestrator.stop("a");
  EXPECT_FALSE(tap->newer_than(0, false));
  ASSERT_TRUE(bench.orchestrator.start(Bench::camera("a")));
  bench.sink.wait_opened("a", 2);
  EXPECT_TRUE(tap->newer_than(picture->sequence, false));
  bench.orchestrator.forget("a");
  EXPECT_FALSE(bench.orchestrator.stats("a"));
}

TEST(Orchestrator, ManyCallersAtOnceDoNoHarm) {
  Bench bench;
  {
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < 4; ++caller) {
      callers.emplace_back([&bench, caller] {
        const std::string own{static_cast<char>('a' + caller)};
        for (int i = 0; i < 10; ++i) {
          EXPECT_TRUE(bench.orchestrator.start(Bench::camera(own)));
          EXPECT_TRUE(bench.orchestrator.start(Bench::camera("shared")));
          bench.orchestrator.stats();
          bench.orchestrator.stop(own);
          bench.orchestrator.stop("shared");
        }
      });
    }
  }
  bench.orchestrator.stop_all();
  for (const auto& [id, stats] : bench.orchestrator.stats()) {
    EXPECT_EQ(stats.status, CameraStatus::kInactive) << id;
  }
}

}  // namespace
}  // namespace sentinel::pipeline
