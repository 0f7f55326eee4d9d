#include "pipeline/camera_reader.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <latch>
#include <thread>

#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/script_source.hpp"

namespace sentinel::pipeline {
namespace {

using domain::CameraStatus;
using fakes::ScriptSource;
using fakes::SourceScript;
using std::chrono::milliseconds;

// Runs a reader over a list of openings; waiting moves the clock. After the last opening it stops itself.
struct Bench {
  fakes::FakeClock clock;
  std::deque<SourceScript> openings;
  std::vector<milliseconds> waits;
  std::vector<StatusChange> statuses;
  std::vector<std::pair<int, std::uint64_t>> frames;  // opening, sequence
  std::stop_source stop;
  CameraMeter meter{"camera_1", clock, [this](const StatusChange& change) { statuses.push_back(change); }};
  CameraReader reader;

  explicit Bench(std::deque<SourceScript> list, ReaderConfig config = {})
      : openings{std::move(list)},
        reader{config,
               [this](const media::SourceConfig&) {
                 auto source = std::make_unique<ScriptSource>("camera_1", std::move(openings.front()));
                 openings.pop_front();
                 return source;
               },
               clock,
               [this](const std::stop_token&, milliseconds wait) {
                 waits.push_back(wait);
                 clock.advance(wait);
                 if (openings.empty()) stop.request_stop();
               },
               meter,
               [this](DecodedFrame item) { frames.emplace_back(item.opening, item.frame->sequence); }} {}

  void run() { reader.run(stop.get_token()); }
};

SourceScript failing_open(ErrorKind kind) {
  return SourceScript::refuse(Error{kind, ClientText{"No route to the camera"}});
}

Error lost() {
  return unavailable("The script says so");
}

ReaderConfig no_jitter() {
  ReaderConfig config;
  config.source.camera_id = "camera_1";
  config.reconnect.jitter = 0;
  return config;
}

TEST(CameraReader, RetriesWithGrowingWaitsAndSaysWhy) {
  Bench bench{{failing_open(ErrorKind::kUnavailable), failing_open(ErrorKind::kUnavailable),
               SourceScript{}.pictures(3).fail(lost()), SourceScript{}.pictures(2).fail(lost())},
              no_jitter()};
  bench.run();
  EXPECT_EQ(bench.waits,
            (std::vector{milliseconds{1000}, milliseconds{2000}, milliseconds{4000}, milliseconds{8000}}));
  EXPECT_EQ(bench.frames.size(), 5U);
  EXPECT_EQ(bench.frames[0], (std::pair{3, std::uint64_t{0}}));
  EXPECT_EQ(bench.frames[3], (std::pair{4, std::uint64_t{0}}));
  ASSERT_GE(bench.statuses.size(), 5U);
  EXPECT_EQ(bench.statuses[0].status, CameraStatus::kConnecting);
  EXPECT_EQ(bench.statuses[1].status, CameraStatus::kError);
  EXPECT_EQ(bench.statuses[1].reason, "No route to the camera; attempt 2 in 1 s");
  EXPECT_EQ(bench.statuses[3].status, CameraStatus::kActive);
  EXPECT_EQ(bench.statuses[3].reason, "");
  EXPECT_EQ(bench.statuses[4].status, CameraStatus::kError);
  const auto stats = bench.meter.stats();
  EXPECT_EQ(stats.frames_decoded, 5U);
  EXPECT_EQ(stats.reconnects, 3U);
  EXPECT_EQ(stats.bytes_received, 5000U);  // of both openings
}

TEST(CameraReader, TheEndOfAFileEndsIt) {
  Bench bench{{SourceScript{}.pictures(3)}};
  bench.run();
  EXPECT_TRUE(bench.waits.empty());
  EXPECT_EQ(bench.meter.stats().status, CameraStatus::kInactive);
  EXPECT_EQ(bench.meter.stats().status_reason, "the file has ended");
  EXPECT_FALSE(bench.reader.final_error());
}

TEST(CameraReader, WithoutRetryAFailureEndsItAndIsKept) {
  auto config = no_jitter();
  config.reconnect.retry = false;
  Bench bench{{failing_open(ErrorKind::kUnsupported)}, config};
  bench.run();
  ASSERT_TRUE(bench.reader.final_error());
  EXPECT_EQ(bench.reader.final_error()->kind, ErrorKind::kUnsupported);
}

TEST(CameraReader, StopInterruptsAHangingRead) {
  Bench bench{{SourceScript{}.pictures(1).wait()}};
  std::latch read{1};
  CameraReader reader{{},
                      [&](const media::SourceConfig&) {
                        return std::make_unique<ScriptSource>("camera_1", bench.openings.front());
                      },
                      bench.clock,
                      wait_for_real,
                      bench.meter,
                      [&](DecodedFrame) { read.count_down(); }};
  std::jthread thread{[&] { reader.run(bench.stop.get_token()); }};
  read.wait();
  bench.stop.request_stop();
  thread.join();
  EXPECT_FALSE(reader.final_error());
}

TEST(CameraReader, AStallIsNoticedAndTheCameraOpenedAnew) {
  auto config = no_jitter();
  Bench bench{{SourceScript{}.pictures(1).wait(), SourceScript{}.pictures(1).wait()}, config};
  std::latch first{1}, second{2};
  std::vector<milliseconds> waits;
  CameraReader reader{config,
                      [&](const media::SourceConfig&) {
                        auto source =
                            std::make_unique<ScriptSource>("camera_1", std::move(bench.openings.front()));
                        bench.openings.pop_front();
                        return source;
                      },
                      bench.clock,
                      [&](const std::stop_token&, milliseconds wait) {
                        waits.push_back(wait);
                        bench.clock.advance(wait);
                      },
                      bench.meter,
                      [&](DecodedFrame item) {
                        if (item.opening == 1) first.count_down();
                        second.count_down();
                      }};
  std::jthread thread{[&] { reader.run(bench.stop.get_token()); }};
  first.wait();
  bench.clock.advance(milliseconds{4'400});
  reader.check_stall();  // not yet
  bench.clock.advance(milliseconds{100});
  reader.check_stall();
  second.wait();
  bench.stop.request_stop();
  thread.join();
  EXPECT_EQ(waits, (std::vector{milliseconds{1000}}));
  EXPECT_EQ(bench.meter.stats().reconnects, 1U);
  const auto stalled = std::find_if(bench.statuses.begin(), bench.statuses.end(),
                                    [](const auto& change) { return change.status == CameraStatus::kError; });
  ASSERT_NE(stalled, bench.statuses.end());
  EXPECT_EQ(stalled->reason, "The camera sends no pictures; attempt 2 in 1 s");
}

TEST(RateMeter, CountsWholeSecondsOfTheWindow) {
  RateMeter rate;
  MonoTime now{std::chrono::hours{1}};
  EXPECT_EQ(rate.per_second(now), 0);
  for (int n = 0; n < 100; ++n) {
    rate.count(now);
    now += milliseconds{100};
  }
  EXPECT_NEAR(rate.per_second(now), 10, 0.01);
  EXPECT_NEAR(rate.per_second(now + milliseconds{2'500}), 6, 0.01);
  EXPECT_EQ(rate.per_second(now + milliseconds{6'000}), 0);
}

}  // namespace
}  // namespace sentinel::pipeline
