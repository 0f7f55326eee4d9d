#include "media/timeline.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sentinel::media {
namespace {

constexpr std::int64_t kNone = INT64_MIN;

struct Step {
  std::int64_t timestamp_ms;  // kNone: the stream gives none
  std::int64_t arrival_ms;
  std::int64_t expected_ms;
};

struct Case {
  std::string name;
  bool live;
  std::vector<Step> steps;
};

void run(const Case& c) {
  TimelineConfig config;
  config.live = c.live;
  Timeline timeline{config};
  for (std::size_t i = 0; i < c.steps.size(); ++i) {
    const auto& step = c.steps[i];
    std::optional<StreamTime> timestamp;
    if (step.timestamp_ms != kNone) timestamp = std::chrono::milliseconds{step.timestamp_ms};
    const auto got = timeline.next(timestamp, MonoTime{std::chrono::milliseconds{step.arrival_ms}});
    EXPECT_EQ(got.count() / 1000, step.expected_ms) << c.name << ", picture " << i;
  }
}

TEST(Timeline, FollowsFiles) {
  const std::vector<Case> cases{
      {"from any origin", false, {{7000, 0, 0}, {7040, 0, 40}, {7090, 0, 90}}},
      {"a negative origin", false, {{-80, 0, 0}, {-40, 0, 40}, {0, 0, 80}}},
      {"a variable rate", false, {{0, 0, 0}, {33, 0, 33}, {2000, 0, 2000}, {9000, 0, 9000}}},
      {"no timestamps at all", false, {{kNone, 0, 0}, {kNone, 0, 40}, {kNone, 0, 80}}},
      {"one timestamp missing", false, {{0, 0, 0}, {40, 0, 40}, {kNone, 0, 80}, {120, 0, 120}}},
      {"timestamps that begin late", false, {{kNone, 0, 0}, {kNone, 0, 40}, {500, 0, 80}, {540, 0, 120}}},
      {"a small step back", false, {{0, 0, 0}, {80, 0, 80}, {40, 0, 81}, {120, 0, 120}}},
      {"twice the same", false, {{0, 0, 0}, {40, 0, 40}, {40, 0, 41}, {80, 0, 80}}},
      {"a long step back", false, {{5000, 0, 0}, {5040, 0, 40}, {0, 0, 80}, {40, 0, 120}}},
      {"a jump of an hour", false, {{0, 0, 0}, {40, 0, 40}, {3600000, 0, 80}, {3600040, 0, 120}}},
      {"always the same", false, {{9, 0, 0}, {9, 0, 1}, {9, 0, 2}, {9, 0, 42}, {9, 0, 82}, {9, 0, 122}}},
  };
  for (const auto& c : cases) run(c);
}

TEST(Timeline, FollowsCameras) {
  const std::vector<Case> cases{
      {"even arrivals", true, {{1000, 0, 0}, {1040, 40, 40}, {1080, 80, 80}}},
      {"a late burst changes nothing", true, {{0, 0, 0}, {40, 4000, 40}, {80, 4001, 80}, {120, 4002, 120}}},
      {"a pause that arrivals confirm", true, {{0, 0, 0}, {30000, 30010, 30000}, {30040, 30050, 30040}}},
      {"a jump that arrivals deny", true, {{0, 0, 0}, {40, 40, 40}, {90000, 80, 80}, {90040, 120, 120}}},
      {"a wrap", true, {{47721858, 0, 0}, {47721898, 40, 40}, {10, 85, 85}, {50, 125, 125}}},
      {"a clock set back by a day", true, {{86400000, 0, 0}, {0, 50, 50}, {40, 90, 90}}},
      {"no timestamps", true, {{kNone, 0, 0}, {kNone, 50, 50}, {kNone, 90, 90}, {kNone, 90, 91}}},
  };
  for (const auto& c : cases) run(c);
}

TEST(Timeline, AFileThatLoopsGoesOnByOneFrame) {
  Timeline timeline{TimelineConfig{}};
  const MonoTime any{};
  using std::chrono::milliseconds;
  EXPECT_EQ(timeline.next(milliseconds{500}, any), milliseconds{0});
  EXPECT_EQ(timeline.next(milliseconds{540}, any), milliseconds{40});
  timeline.join_next();
  EXPECT_EQ(timeline.next(milliseconds{500}, any), milliseconds{80});
  EXPECT_EQ(timeline.next(milliseconds{540}, any), milliseconds{120});
}

TEST(Timeline, LostPicturesTakeTheirTimeWhereTimestampsAreMissing) {
  Timeline timeline{TimelineConfig{}};
  const MonoTime any{};
  using std::chrono::milliseconds;
  EXPECT_EQ(timeline.next(std::nullopt, any), milliseconds{0});
  timeline.skip(3);
  EXPECT_EQ(timeline.next(std::nullopt, any), milliseconds{160});
  EXPECT_EQ(timeline.next(milliseconds{7000}, any), milliseconds{200});
  timeline.skip(3);
  EXPECT_EQ(timeline.next(milliseconds{7040}, any), milliseconds{240});
}

TEST(Timeline, NeverDecreasesWhateverComes) {
  std::uint32_t seed = 1;
  for (const bool live : {false, true}) {
    TimelineConfig config;
    config.live = live;
    Timeline timeline{config};
    StreamTime last{-1};
    for (int i = 0; i < 20'000; ++i) {
      seed = seed * 1664525 + 1013904223;
      std::optional<StreamTime> timestamp;
      if (seed % 7 != 0) timestamp = StreamTime{static_cast<std::int64_t>(seed) << (seed % 20)};
      const auto now = timeline.next(timestamp, MonoTime{std::chrono::milliseconds{i * 40}});
      ASSERT_GT(now, last);
      last = now;
    }
  }
}

}  // namespace
}  // namespace sentinel::media
