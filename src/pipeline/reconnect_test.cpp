#include "pipeline/reconnect.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace sentinel::pipeline {
namespace {

using std::chrono::milliseconds;
using Do = Reconnect::Do;

constexpr ReconnectConfig kExact{.jitter = 0};

// One event, the milliseconds that pass before it, and the action that must answer it.
struct Step {
  enum Event { kStarted, kOpened, kFrame, kEnded, kFailed, kWaited, kStopped } event;
  int after_ms;
  Do what;
  int wait_ms = 0;
  ErrorKind kind = ErrorKind::kUnavailable;
};

struct Case {
  std::string name;
  std::vector<Step> steps;
  ReconnectConfig config = kExact;
};

class ReconnectTable : public testing::TestWithParam<Case> {};

TEST_P(ReconnectTable, AnswersEachEvent) {
  Reconnect machine{GetParam().config, 1};
  MonoTime now{std::chrono::hours{1}};
  int row = 0;
  for (const auto& step : GetParam().steps) {
    now += milliseconds{step.after_ms};
    Reconnect::Action action;
    switch (step.event) {
      case Step::kStarted:
        action = machine.started();
        break;
      case Step::kOpened:
        action = machine.opened();
        break;
      case Step::kFrame:
        action = machine.frame(now);
        break;
      case Step::kEnded:
        action = machine.ended();
        break;
      case Step::kFailed:
        action = machine.failed(step.kind, now);
        break;
      case Step::kWaited:
        action = machine.waited();
        break;
      case Step::kStopped:
        action = machine.stopped();
        break;
    }
    EXPECT_EQ(action.what, step.what) << "row " << row;
    EXPECT_EQ(action.wait.count(), step.wait_ms) << "row " << row;
    ++row;
  }
}

const Case kCases[] = {
    {"reads_while_frames_come",
     {{Step::kStarted, 0, Do::kConnect},
      {Step::kOpened, 0, Do::kRead},
      {Step::kFrame, 40, Do::kRead},
      {Step::kFrame, 40, Do::kRead}}},
    {"waits_grow_to_the_longest",
     {{Step::kStarted, 0, Do::kConnect},
      {Step::kFailed, 0, Do::kWait, 1'000},
      {Step::kWaited, 0, Do::kConnect},
      {Step::kFailed, 0, Do::kWait, 2'000},
      {Step::kFailed, 0, Do::kWait, 4'000},
      {Step::kFailed, 0, Do::kWait, 8'000},
      {Step::kFailed, 0, Do::kWait, 16'000},
      {Step::kFailed, 0, Do::kWait, 30'000},
      {Step::kFailed, 0, Do::kWait, 30'000}}},
    {"a_stable_stream_ends_the_row",
     {{Step::kStarted, 0, Do::kConnect},
      {Step::kFailed, 0, Do::kWait, 1'000},
      {Step::kFailed, 0, Do::kWait, 2'000},
      {Step::kOpened, 0, Do::kRead},
      {Step::kFrame, 0, Do::kRead},
      {Step::kFrame, 30'000, Do::kRead},
      {Step::kFailed, 10, Do::kWait, 1'000}}},
    {"a_stream_that_dies_at_once_does_not",
     {{Step::kStarted, 0, Do::kConnect},
      {Step::kFailed, 0, Do::kWait, 1'000},
      {Step::kOpened, 0, Do::kRead},
      {Step::kFrame, 0, Do::kRead},
      {Step::kFrame, 29'000, Do::kRead},
      {Step::kFailed, 10, Do::kWait, 2'000}}},
    {"nor_does_one_that_stood_still",
     {{Step::kStarted, 0, Do::kConnect},
      {Step::kFailed, 0, Do::kWait, 1'000},
      {Step::kOpened, 0, Do::kRead},
      {Step::kFrame, 0, Do::kRead},
      {Step::kFailed, 60'000, Do::kWait, 2'000}}},
    {"nor_does_an_opening_without_a_frame",
     {{Step::kStarted, 0, Do::kConnect},
      {Step::kOpened, 0, Do::kRead},
      {Step::kFailed, 60'000, Do::kWait, 1'000},
      {Step::kOpened, 0, Do::kRead},
      {Step::kFailed, 60'000, Do::kWait, 2'000}}},
    {"permanent_failures_wait_longest",
     {{Step::kStarted, 0, Do::kConnect},
      {Step::kFailed, 0, Do::kWait, 60'000, ErrorKind::kUnauthenticated},
      {Step::kWaited, 0, Do::kConnect},
      {Step::kFailed, 0, Do::kWait, 60'000, ErrorKind::kUnsupported},
      {Step::kFailed, 0, Do::kWait, 60'000, ErrorKind::kForbidden},
      {Step::kFailed, 0, Do::kWait, 60'000, ErrorKind::kInvalid},
      {Step::kFailed, 0, Do::kWait, 16'000, ErrorKind::kUnavailable}}},
    {"the_end_of_a_file_is_the_end",
     {{Step::kStarted, 0, Do::kConnect},
      {Step::kOpened, 0, Do::kRead},
      {Step::kFrame, 0, Do::kRead},
      {Step::kEnded, 0, Do::kStop},
      {Step::kWaited, 0, Do::kStop}}},
    {"without_retry_a_failure_is_the_end",
     {{Step::kStarted, 0, Do::kConnect}, {Step::kFailed, 0, Do::kStop}, {Step::kWaited, 0, Do::kStop}},
     {.retry = false}},
    {"stopped_is_for_ever",
     {{Step::kStarted, 0, Do::kConnect},
      {Step::kStopped, 0, Do::kStop},
      {Step::kOpened, 0, Do::kStop},
      {Step::kFailed, 0, Do::kStop},
      {Step::kWaited, 0, Do::kStop}}},
};

INSTANTIATE_TEST_SUITE_P(Reconnect, ReconnectTable, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(Reconnect, JitterStaysInItsBoundsAndDiffersBetweenCameras) {
  std::set<std::int64_t> waits;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Reconnect machine{{}, seed};
    const auto wait = machine.failed(ErrorKind::kUnavailable, MonoTime{}).wait.count();
    EXPECT_GE(wait, 800);
    EXPECT_LE(wait, 1'200);
    waits.insert(wait);
  }
  EXPECT_GT(waits.size(), 30U);
}

}  // namespace
}  // namespace sentinel::pipeline
