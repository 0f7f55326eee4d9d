#include "media/time_anchor.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace sentinel::media {
namespace {

using std::chrono::milliseconds;

constexpr UtcTime kStart{std::chrono::seconds{1'700'000'000}};

// What a camera that takes a picture every 40 ms is seen to do. All in milliseconds since its first picture.
struct Camera {
  std::function<std::int64_t(std::int64_t)> delay = [](std::int64_t) { return 0; };  // by capture time
  std::function<std::int64_t(std::int64_t)> stamp = [](std::int64_t t) {
    return t;
  };  // stream time of a capture
  std::function<std::int64_t(std::int64_t)> wall = [](std::int64_t) {
    return 0;
  };  // wall clock's step, by arrival
};

// Captured time minus true time, in milliseconds, of every picture.
std::vector<std::int64_t> errors_of(const Camera& camera, std::int64_t length_ms) {
  TimeAnchor anchor;
  std::vector<std::int64_t> errors;
  std::int64_t last_arrival = 0;
  for (std::int64_t t = 0; t <= length_ms; t += 40) {
    const std::int64_t arrival = std::max(last_arrival, t + camera.delay(t));
    last_arrival = arrival;
    const UtcTime utc = kStart + milliseconds{arrival + camera.wall(arrival)};
    const auto captured =
        anchor.captured_at(milliseconds{camera.stamp(t)}, utc, MonoTime{milliseconds{arrival}});
    if (camera.wall(arrival) == 0) EXPECT_LE(captured, utc) << "captured in the future, at " << t;
    errors.push_back((captured - kStart).count() / 1000 - t);
  }
  return errors;
}

void expect_within(const std::vector<std::int64_t>& errors, std::int64_t from, std::int64_t low,
                   std::int64_t high, const std::string& name) {
  for (std::size_t i = static_cast<std::size_t>(from / 40); i < errors.size(); ++i) {
    ASSERT_GE(errors[i], low) << name << ", at " << i * 40;
    ASSERT_LE(errors[i], high) << name << ", at " << i * 40;
  }
}

TEST(TimeAnchor, FindsTheLeastDelay) {
  Camera steady;
  steady.delay = [](std::int64_t) { return 120; };
  expect_within(errors_of(steady, 60'000), 0, 120, 120, "a constant delay");
  Camera jitter;
  jitter.delay = [](std::int64_t t) { return 20 + t * 7919 % 100; };
  expect_within(errors_of(jitter, 60'000), 4'000, 20, 25, "a jitter");
  Camera backlog;  // a camera that sends its last two seconds at once
  backlog.delay = [](std::int64_t t) { return std::max<std::int64_t>(2'000 - t, 30); };
  const auto errors = errors_of(backlog, 60'000);
  EXPECT_EQ(errors.front(), 2'000);
  expect_within(errors, 2'000, 30, 30, "a backlog at the start");
}

TEST(TimeAnchor, ALateBurstMovesNothing) {
  Camera camera;
  camera.delay = [](std::int64_t t) { return t >= 30'000 && t < 34'000 ? 34'000 - t + 50 : 50; };
  expect_within(errors_of(camera, 60'000), 0, 50, 50, "a stall of 4 s that arrives in one burst");
  camera.delay = [](std::int64_t t) { return t % 10'000 < 8'000 ? 900 : 50; };
  expect_within(errors_of(camera, 120'000), 10'000, 50, 50, "a link that is mostly slow");
}

TEST(TimeAnchor, FollowsAClockThatDrifts) {
  Camera slow;  // 0.1 % slow: its stamps fall behind by 60 ms a minute
  slow.stamp = [](std::int64_t t) { return t - t / 1'000; };
  expect_within(errors_of(slow, 1'800'000), 0, -1 - (200 + 40), 1, "a slow clock");
  Camera fast;
  fast.stamp = [](std::int64_t t) { return t + t / 1'000; };
  expect_within(errors_of(fast, 1'800'000), 0, -1, 1, "a fast clock");
}

TEST(TimeAnchor, FollowsADelayThatStays) {
  Camera camera;
  camera.delay = [](std::int64_t t) { return t < 30'000 ? 50 : 650; };
  const auto errors = errors_of(camera, 90'000);
  EXPECT_EQ(errors[static_cast<std::size_t>(44'000 / 40)], 50);  // not yet believed
  expect_within(errors, 56'000, 650, 650, "after the window");
}

TEST(TimeAnchor, FollowsStepsOfTheWallClockAtOnce) {
  for (const std::int64_t step : {3'600'000, -3'600'000}) {
    Camera camera;
    camera.wall = [step](std::int64_t arrival) { return arrival >= 30'000 ? step : 0; };
    const auto errors = errors_of(camera, 60'000);
    EXPECT_EQ(errors[static_cast<std::size_t>(29'960 / 40)], 0);
    expect_within(errors, 30'080, step, step, "after the step");
  }
}

TEST(TimeAnchor, OneOddReadingOfTheClocksIsNoStep) {
  Camera camera;
  camera.wall = [](std::int64_t arrival) { return arrival == 30'000 ? 400 : 0; };
  expect_within(errors_of(camera, 60'000), 0, 0, 0, "a reader put to sleep between two clocks");
}

TEST(TimeAnchor, DoesNotDecreaseUnderRandomDelays) {
  TimeAnchor anchor;
  std::uint32_t seed = 7;
  std::int64_t arrival = 0;
  UtcTime last{};
  for (std::int64_t t = 0; t < 3'600'000; t += 40) {
    seed = seed * 1664525 + 1013904223;
    const std::int64_t delay = (seed >> 8) % 300 + ((seed >> 20) % 500 == 0 ? 20'000 : 0);
    arrival = std::max(arrival, t + delay);
    const auto captured =
        anchor.captured_at(milliseconds{t}, kStart + milliseconds{arrival}, MonoTime{milliseconds{arrival}});
    ASSERT_GE(captured, last) << t;
    last = captured;
  }
}

TEST(Pacer, SaysWhenAPictureIsDue) {
  Pacer pacer;
  const MonoTime start{std::chrono::hours{5}};
  EXPECT_EQ(pacer.next(milliseconds{0}, start).wait, milliseconds{0});
  EXPECT_EQ(pacer.next(milliseconds{40}, start + milliseconds{10}).wait, milliseconds{30});
  EXPECT_EQ(pacer.next(milliseconds{80}, start + milliseconds{900}).wait, milliseconds{0});
  const auto caught_up = pacer.next(milliseconds{920}, start + milliseconds{905});
  EXPECT_EQ(caught_up.wait, milliseconds{15});
  EXPECT_EQ(caught_up.slipped, milliseconds{0});
}

TEST(Pacer, SlipsInsteadOfRushingAfterALongPause) {
  Pacer pacer;
  const MonoTime start{std::chrono::hours{5}};
  pacer.next(milliseconds{0}, start);
  const auto late = pacer.next(milliseconds{40}, start + milliseconds{60'040});
  EXPECT_EQ(late.slipped, milliseconds{60'000});
  EXPECT_EQ(late.wait, milliseconds{0});
  EXPECT_EQ(pacer.next(milliseconds{80}, start + milliseconds{60'040}).wait, milliseconds{40});
}

}  // namespace
}  // namespace sentinel::media
