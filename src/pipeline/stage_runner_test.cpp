#include "pipeline/stage_runner.hpp"

#include <gtest/gtest.h>

#include <future>
#include <latch>
#include <stdexcept>
#include <vector>

#include "tests/fakes/fake_clock.hpp"

namespace sentinel::pipeline {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// Doubles what it gets, throws at 13, takes 5 ms of the fake clock, emits -1 when finished.
class Doubler final : public Stage<int, int> {
 public:
  explicit Doubler(fakes::FakeClock& clock) : clock_{clock} {}
  std::string_view name() const noexcept override { return "double"; }
  void process(int item, const Emit<int>& emit) override {
    clock_.advance(milliseconds{5});
    if (item == 13) throw std::runtime_error{"thirteen"};
    if (item < 0) return emit.drop(DropReason::kOutOfOrder);
    emit(2 * item);
  }
  void finish(const Emit<int>& emit) override { emit(-1); }

 private:
  fakes::FakeClock& clock_;
};

TEST(StageShell, CountsTimesAndGoesOnAfterAnException) {
  fakes::FakeClock clock;
  Doubler stage{clock};
  std::vector<int> out;
  int drops = 0;
  StageShell<int, int> shell{stage, "camera_1", clock,
                             Emit<int>{[&](int item) {
                                         clock.advance(milliseconds{100});  // not the stage's own time
                                         out.push_back(item);
                                       },
                                       [&](DropReason) { ++drops; }}};
  for (const int item : {1, 13, -5, 4}) shell.run(item);
  shell.finish();
  EXPECT_EQ(out, (std::vector{2, 8, -1}));
  EXPECT_EQ(drops, 1);
  const auto report = shell.report();
  EXPECT_EQ(report.name, "double");
  EXPECT_EQ(report.processed, 4U);
  EXPECT_EQ(report.failed, 1U);
  EXPECT_EQ(report.busy, microseconds{20'000});
}

TEST(StageRunner, FinishProcessesWhatWaitsAndThenFinishesTheStage) {
  fakes::FakeClock clock;
  Doubler stage{clock};
  std::vector<int> out;
  StageRunner<int, int> runner{
      stage, "camera_1", clock, {.capacity = 100, .overflow = Overflow::kBlock}, Emit<int>{[&](int item) {
        out.push_back(item);
      }}};
  for (int i = 0; i < 50; ++i) EXPECT_EQ(runner.push(i), PushOutcome::kAccepted);
  runner.finish();
  ASSERT_EQ(out.size(), 50U);  // 13 failed, -1 came last
  EXPECT_EQ(out.back(), -1);
  EXPECT_EQ(runner.push(1), PushOutcome::kClosed);
}

// Holds its thread until released.
class Stuck final : public Stage<int, int> {
 public:
  std::string_view name() const noexcept override { return "stuck"; }
  void process(int item, const Emit<int>& emit) override {
    if (item == 0) {
      entered.count_down();
      release.wait();
    }
    emit(item);
  }
  std::latch entered{1};
  std::latch release{1};
};

TEST(StageRunner, AFullQueueDropsTheOldestAndCountsIt) {
  fakes::FakeClock clock;
  Stuck stage;
  std::vector<int> out;
  StageRunner<int, int> runner{
      stage, "camera_1", clock, {.capacity = 2}, Emit<int>{[&](int item) { out.push_back(item); }}};
  runner.push(0);
  stage.entered.wait();
  for (int i = 1; i <= 5; ++i) runner.push(i);  // never waits
  stage.release.count_down();
  runner.finish();
  EXPECT_EQ(out, (std::vector{0, 4, 5}));
  EXPECT_EQ(runner.report().dropped, 3U);
}

class Idler final : public Stage<int, int> {
 public:
  std::string_view name() const noexcept override { return "idler"; }
  void process(int, const Emit<int>&) override {}
  void idle(const Emit<int>& emit) override { emit(7); }
};

TEST(StageRunner, CallsIdleWhileNothingComes) {
  fakes::FakeClock clock;
  Idler stage;
  std::latch called{3};
  StageRunner<int, int> runner{stage, "camera_1", clock, {.idle_every = milliseconds{1}}, Emit<int>{[&](int) {
                                 if (!called.try_wait()) called.count_down();
                               }}};
  called.wait();
}

}  // namespace
}  // namespace sentinel::pipeline
