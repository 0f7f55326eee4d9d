#include "pipeline/live_tap.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/fakes/fake_frame.hpp"

namespace sentinel::pipeline {
namespace {

domain::FramePtr frame(std::uint64_t sequence, int received_ms = 0) {
  return fakes::fake_frame(
      {.sequence = sequence, .received_at = MonoTime{std::chrono::milliseconds{received_ms}}});
}

domain::TrackedFrame one_track(domain::TrackState state = domain::TrackState::kConfirmed) {
  domain::TrackedFrame tracked;
  tracked.tracks.push_back({.id = 1, .class_id = 0, .state = state, .box = {1, 2, 3, 4}, .score = 0.5F});
  return tracked;
}

struct CountingEncoder {
  std::atomic<int> calls{0};
  std::size_t overlays = 0;
  EncodeJpeg encode() {
    return [this](const domain::Frame&, const std::vector<media::Overlay>& drawn, int,
                  int) -> Result<std::vector<std::uint8_t>> {
      ++calls;
      overlays = drawn.size();
      return std::vector<std::uint8_t>{1, 2, 3};
    };
  }
};

TEST(LiveTap, AnswersOnlyWhatIsNewer) {
  CountingEncoder encoder;
  LiveTap tap{{"person"}, encoder.encode()};
  EXPECT_FALSE(tap.newer_than(0, false));
  tap.show(frame(0));
  const auto first = tap.newer_than(0, false);
  ASSERT_TRUE(first);
  EXPECT_FALSE(tap.newer_than(first->sequence, false));
  tap.show(frame(1));
  tap.show(frame(2));
  const auto next = tap.newer_than(first->sequence, false);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->frame->sequence, 2U);  // the one between was never asked for
  tap.clear();
  EXPECT_FALSE(tap.newer_than(0, false));
  tap.show(frame(0));
  EXPECT_GT(tap.newer_than(0, false)->sequence, next->sequence);
  EXPECT_EQ(encoder.calls, 0);
}

TEST(LiveTap, BoxesLieOnTheFrameTheyBelongToUntilTheAnalysisLags) {
  CountingEncoder encoder;
  LiveTap tap{{"person"}, encoder.encode()};
  const auto analysed = frame(3, 1'000);
  tap.show(analysed);
  tap.show(analysed, one_track());
  tap.show(frame(4, 1'100));
  EXPECT_EQ(tap.newer_than(0, true)->frame->sequence, 3U);
  EXPECT_EQ(tap.newer_than(0, true)->tracks.size(), 1U);
  EXPECT_EQ(tap.newer_than(0, false)->frame->sequence, 4U);
  EXPECT_TRUE(tap.newer_than(0, false)->tracks.empty());
  tap.show(frame(5, 2'500));
  EXPECT_EQ(tap.newer_than(0, true)->frame->sequence, 5U);
  EXPECT_EQ(tap.newer_than(0, true)->tracks.size(), 1U);
}

TEST(LiveTap, APictureIsEncodedOnceForAllWhoAskForTheSame) {
  CountingEncoder encoder;
  LiveTap tap{{"person"}, encoder.encode()};
  tap.show(frame(1));
  const auto one = tap.jpeg_newer_than(0, {}), two = tap.jpeg_newer_than(0, {});
  EXPECT_EQ(encoder.calls, 1);
  EXPECT_EQ((*one)->bytes, (*two)->bytes);
  EXPECT_TRUE(tap.jpeg_newer_than(0, {.width_max = 320}).value());
  EXPECT_EQ(encoder.calls, 2);
  EXPECT_FALSE(tap.jpeg_newer_than((*one)->sequence, {}).value());
  EXPECT_EQ(encoder.calls, 2);
}

TEST(LiveTap, LostTracksAreNotDrawn) {
  CountingEncoder encoder;
  LiveTap tap{{"person"}, encoder.encode()};
  tap.show(frame(1), one_track());
  EXPECT_TRUE(tap.jpeg_newer_than(0, {.boxes = true}).value());
  EXPECT_EQ(encoder.overlays, 1U);
  tap.show(frame(2), one_track(domain::TrackState::kLost));
  EXPECT_TRUE(tap.jpeg_newer_than(0, {.boxes = true}).value());
  EXPECT_EQ(encoder.overlays, 0U);
}

TEST(LiveTap, WatchersAreToldWhileTheyHoldTheirHandle) {
  CountingEncoder encoder;
  LiveTap tap{{"person"}, encoder.encode()};
  int told = 0;
  auto handle = tap.watch([&](std::uint64_t) { ++told; });
  tap.show(frame(1));
  tap.show(frame(1), one_track());
  EXPECT_EQ(told, 2);
  handle.reset();
  tap.show(frame(2));
  EXPECT_EQ(told, 2);
}

TEST(LiveTap, ShowersAndViewersMeetWithoutHarm) {
  CountingEncoder encoder;
  LiveTap tap{{"person"}, encoder.encode()};
  std::jthread reader{[&] {
    for (std::uint64_t n = 0; n < 500; ++n) tap.show(frame(n));
  }};
  std::jthread tracker{[&] {
    for (std::uint64_t n = 0; n < 500; ++n) tap.show(frame(n), one_track());
  }};
  std::uint64_t sequence = 0;
  for (int n = 0; n < 500; ++n) {
    const auto jpeg = tap.jpeg_newer_than(sequence, {.boxes = n % 2 == 0}).value();
    if (!jpeg) continue;
    EXPECT_GT(jpeg->sequence, sequence);
    sequence = jpeg->sequence;
  }
}

}  // namespace
}  // namespace sentinel::pipeline
