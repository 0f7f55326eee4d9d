#include "pipeline/detect_scheduler.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <map>
#include <semaphore>
#include <set>
#include <stdexcept>

#include "base/guarded.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_frame.hpp"
#include "tests/fakes/scripted_detector.hpp"

namespace sentinel::pipeline {
namespace {

using fakes::fake_frame;
using fakes::ScriptedDetector;

GatedFrame gated(const std::string& camera, std::uint64_t number, bool infer = true) {
  GatedFrame frame;
  frame.frame = fake_frame({.camera_id = camera, .sequence = number});
  frame.number = number;
  frame.infer = infer;
  return frame;
}

// A detector whose every inference waits for a permit, and which notes whom it looked at.
struct Turnstile {
  std::counting_semaphore<> asked{0};    // inferences begun
  std::counting_semaphore<> permits{0};  // inferences that may end
  Guarded<std::vector<std::string>> seen;
  ScriptedDetector detector;

  explicit Turnstile(std::size_t slots = 1)
      : detector{[this](std::size_t, const domain::Frame& frame) {
                   seen.with([&](auto& list) { list.push_back(frame.camera_id); });
                   asked.release();
                   permits.acquire();
                   return std::vector<domain::Detection>{{{}, static_cast<int>(frame.sequence), 1}};
                 },
                 slots} {}
};

TEST(DetectScheduler, UnderOverloadEveryCameraGetsTheSameRateAndDropsAreCounted) {
  fakes::FakeClock clock;
  Turnstile turnstile;
  DetectScheduler scheduler{turnstile.detector, clock};
  constexpr int kCameras = 5, kInferences = 100;
  std::vector<std::unique_ptr<DetectLane>> lanes;
  for (int c = 0; c < kCameras; ++c) {
    lanes.push_back(scheduler.open({.camera_id = fmt::format("camera_{}", c), .frames_waiting_max = 2},
                                   [](FrameDetections) {}));
  }
  // Between two inferences every camera sends two frames, camera 0 ten: submit() returns at once all the
  // same.
  std::uint64_t number = 0;
  for (int i = 0; i < kInferences; ++i) {
    for (int c = 0; c < kCameras; ++c) {
      for (int n = 0; n < (c == 0 ? 10 : 2); ++n) {
        lanes[static_cast<std::size_t>(c)]->submit(gated(fmt::format("camera_{}", c), number++));
      }
    }
    turnstile.asked.acquire();
    turnstile.permits.release();
  }
  turnstile.permits.release(1000);
  std::map<std::string, int> count;
  const auto seen = turnstile.seen.copy();
  for (int i = 0; i < kInferences; ++i) ++count[seen[static_cast<std::size_t>(i)]];
  for (const auto& [camera, n] : count) EXPECT_NEAR(n, kInferences / kCameras, 1) << camera;
  EXPECT_EQ(count.size(), 5U);
  for (auto& lane : lanes) lane->close(DetectLane::Rest::kDeliver);
  EXPECT_EQ(lanes[0]->report().dropped + lanes[0]->report().inferred, 10U * kInferences);
  EXPECT_EQ(lanes[1]->report().dropped + lanes[1]->report().inferred, 2U * kInferences);
}

TEST(DetectScheduler, ACameraThatAsksForLessGetsAllItAsksFor) {
  fakes::FakeClock clock;
  Turnstile turnstile;
  DetectScheduler scheduler{turnstile.detector, clock};
  const auto busy = scheduler.open({.camera_id = "busy", .frames_waiting_max = 2}, [](FrameDetections) {});
  const auto modest =
      scheduler.open({.camera_id = "modest", .frames_waiting_max = 2}, [](FrameDetections) {});
  for (std::uint64_t i = 0; i < 60; ++i) {
    busy->submit(gated("busy", i));
    busy->submit(gated("busy", i));
    if (i % 3 == 0) modest->submit(gated("modest", i));
    turnstile.asked.acquire();
    turnstile.permits.release();
  }
  turnstile.permits.release(1000);
  busy->close(DetectLane::Rest::kDeliver);
  modest->close(DetectLane::Rest::kDeliver);
  EXPECT_EQ(modest->report().dropped, 0U);
  EXPECT_EQ(modest->report().inferred, 20U);
  EXPECT_GT(busy->report().dropped, 60U);
}

TEST(DetectScheduler, DropsTheOldest) {
  fakes::FakeClock clock;
  Turnstile turnstile;
  DetectScheduler scheduler{turnstile.detector, clock};
  std::vector<std::uint64_t> out;
  const auto lane = scheduler.open({.camera_id = "c", .frames_waiting_max = 2},
                                   [&](FrameDetections result) { out.push_back(result.number); });
  EXPECT_EQ(lane->submit(gated("c", 0)), PushOutcome::kAccepted);
  turnstile.asked.acquire();  // 0 is in the slot
  EXPECT_EQ(lane->submit(gated("c", 1)), PushOutcome::kAccepted);
  EXPECT_EQ(lane->submit(gated("c", 2)), PushOutcome::kAccepted);
  EXPECT_EQ(lane->submit(gated("c", 3)), PushOutcome::kDroppedOldest);
  EXPECT_EQ(lane->submit(gated("c", 4)), PushOutcome::kDroppedOldest);
  turnstile.permits.release(10);
  lane->close(DetectLane::Rest::kDeliver);
  EXPECT_EQ(out, (std::vector<std::uint64_t>{0, 3, 4}));
  EXPECT_EQ(lane->submit(gated("c", 5)), PushOutcome::kClosed);
}

// Two slots that finish in the reverse order.
TEST(DetectScheduler, ResultsOfOneCameraComeInOrderWhateverTheSlotsDo) {
  fakes::FakeClock clock;
  std::latch second_done{1};
  ScriptedDetector detector{[&](std::size_t, const domain::Frame& frame) {
                              if (frame.sequence == 0) second_done.wait();
                              if (frame.sequence == 1) second_done.count_down();
                              return std::vector<domain::Detection>{};
                            },
                            2};
  DetectScheduler scheduler{detector, clock};
  std::vector<std::uint64_t> out;
  std::vector<bool> inferred;
  const auto lane =
      scheduler.open({.camera_id = "c", .frames_waiting_max = 100, .overflow = Overflow::kBlock},
                     [&](FrameDetections result) {
                       out.push_back(result.number);
                       inferred.push_back(result.inferred);
                     });
  for (std::uint64_t i = 0; i < 50; ++i) lane->submit(gated("c", i, i % 3 != 2));
  lane->close(DetectLane::Rest::kDeliver);
  ASSERT_EQ(out.size(), 50U);
  for (std::uint64_t i = 0; i < 50; ++i) {
    EXPECT_EQ(out[i], i);
    EXPECT_EQ(inferred[i], i % 3 != 2);
  }
  EXPECT_EQ(lane->report().inferred, 34U);
}

TEST(DetectScheduler, ABlockingLaneLosesNothing) {
  fakes::FakeClock clock;
  ScriptedDetector detector{
      [](std::size_t, const domain::Frame&) { return std::vector<domain::Detection>{}; }, 2};
  DetectScheduler scheduler{detector, clock};
  std::uint64_t next = 0;
  const auto lane = scheduler.open({.camera_id = "c", .frames_waiting_max = 1, .overflow = Overflow::kBlock},
                                   [&](FrameDetections result) { EXPECT_EQ(result.number, next++); });
  for (std::uint64_t i = 0; i < 500; ++i) EXPECT_EQ(lane->submit(gated("c", i)), PushOutcome::kAccepted);
  lane->close(DetectLane::Rest::kDeliver);
  EXPECT_EQ(next, 500U);
}

TEST(DetectScheduler, AFailingDetectorIsCountedAndTheFrameGoesOnAsHeld) {
  fakes::FakeClock clock;
  ScriptedDetector detector{[](std::size_t, const domain::Frame& frame) -> std::vector<domain::Detection> {
    if (frame.sequence == 1) throw std::runtime_error{"device lost"};
    return {{{}, 0, 0.9F}};
  }};
  DetectScheduler scheduler{detector, clock};
  std::vector<bool> inferred;
  const auto lane = scheduler.open({.camera_id = "c", .frames_waiting_max = 10},
                                   [&](FrameDetections result) { inferred.push_back(result.inferred); });
  for (std::uint64_t i = 0; i < 3; ++i) lane->submit(gated("c", i));
  lane->close(DetectLane::Rest::kDeliver);
  EXPECT_EQ(inferred, (std::vector{true, false, true}));
  EXPECT_EQ(lane->report().failed, 1U);
  EXPECT_EQ(scheduler.report().inferred, 2U);
}

TEST(DetectScheduler, ClosingOneLaneLeavesTheOthersAlone) {
  fakes::FakeClock clock;
  Turnstile turnstile;
  DetectScheduler scheduler{turnstile.detector, clock};
  std::atomic<int> a_count{0}, b_count{0};
  auto a = scheduler.open({.camera_id = "a"}, [&](FrameDetections) { ++a_count; });
  auto b = scheduler.open({.camera_id = "b"}, [&](FrameDetections) { ++b_count; });
  a->submit(gated("a", 0));
  turnstile.asked.acquire();
  a->submit(gated("a", 1));
  b->submit(gated("b", 0));
  turnstile.permits.release(10);
  a->close(DetectLane::Rest::kDiscard);
  const int delivered = a_count;
  a.reset();
  b->close(DetectLane::Rest::kDeliver);
  EXPECT_EQ(b_count, 1);
  EXPECT_EQ(a_count, delivered);
}

}  // namespace
}  // namespace sentinel::pipeline
