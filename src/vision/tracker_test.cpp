#include "vision/tracker.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

namespace sentinel::vision {
namespace {

using domain::Box;
using domain::Detection;
using domain::Track;
using domain::TrackState;
using Detections = std::vector<Detection>;

constexpr int kPerson = 0;
constexpr int kCar = 1;
constexpr int kTruck = 2;
constexpr int kDog = 3;

TrackerConfig config() {
  TrackerConfig settings;
  settings.class_groups = ClassGroups{{"person", "car", "truck", "dog"}, coco_group_names()};
  return settings;
}

StreamTime at(double seconds) {
  return StreamTime{static_cast<std::int64_t>(seconds * 1e6)};
}

// A thing 40 x 100 with its centre there.
Detection thing(double center_x, double center_y = 300, float score = 0.8F, int class_id = kPerson) {
  return {{static_cast<float>(center_x) - 20, static_cast<float>(center_y) - 50, 40, 100}, class_id, score};
}

// Runs a scene from `from` to `to` seconds and keeps what the tracker answered last and all ids ever seen.
struct Scene {
  Tracker tracker{config()};
  std::vector<Track> tracks;
  std::set<std::int64_t> ids;

  template <class Look>
  void run(double from, double to, double rate, Look look) {
    const int frames = static_cast<int>((to - from) * rate + 0.5);
    for (int i = 0; i < frames; ++i) {
      const double time = from + i / rate;
      tracks = tracker.update(at(time), look(time));
      for (const Track& track : tracks) ids.insert(track.id);
    }
  }
  // The track nearest to a place.
  const Track& nearest(double x, double y = 300) const {
    return *std::min_element(tracks.begin(), tracks.end(), [x, y](const Track& a, const Track& b) {
      const auto far = [x, y](const Track& t) {
        return std::abs(t.box.center_x() - x) + std::abs(t.box.center_y() - y);
      };
      return far(a) < far(b);
    });
  }
};

TEST(Tracker, ConfirmsAfterThreeHits) {
  Tracker tracker{config()};
  EXPECT_TRUE(tracker.update(at(0.0), {thing(100)}).empty());
  EXPECT_TRUE(tracker.update(at(0.1), {thing(101)}).empty());
  const auto tracks = tracker.update(at(0.2), {thing(102)});
  ASSERT_EQ(tracks.size(), 1U);
  EXPECT_EQ(tracks[0].id, 1);
  EXPECT_EQ(tracks[0].state, TrackState::kConfirmed);
  EXPECT_EQ(tracks[0].first_seen, at(0.0));
  EXPECT_EQ(tracks[0].last_seen, at(0.2));
  EXPECT_FLOAT_EQ(tracks[0].score, 0.8F);
}

TEST(Tracker, AFlashIsNoTrack) {
  Scene scene;
  scene.run(0, 10, 10,
            [](double time) { return std::fmod(time, 2.0) < 0.15 ? Detections{thing(100)} : Detections{}; });
  EXPECT_TRUE(scene.ids.empty());
}

TEST(Tracker, WeakDetectionsStartNothing) {
  Scene scene;
  scene.run(0, 5, 10, [](double) { return Detections{thing(100, 300, 0.55F), thing(300, 300, 0.3F)}; });
  EXPECT_TRUE(scene.ids.empty());
}

TEST(Tracker, FollowsAWalkerAtAnyRate) {
  for (const double rate : {3.0, 5.0, 10.0, 15.0, 30.0}) {
    std::mt19937 random{1};
    std::normal_distribution<double> jitter{0, 2};
    Scene scene;
    scene.run(0, 8, rate, [&](double time) {
      return Detections{thing(50 + 80 * time + jitter(random), 300 + jitter(random))};
    });
    EXPECT_EQ(scene.ids.size(), 1U) << rate << " frames a second";
    EXPECT_NEAR(scene.tracks.at(0).box.center_x(), 50 + 80 * (8 - 1 / rate), 5) << rate;
  }
}

TEST(Tracker, FollowsThroughSkippedFramesAndUnevenTimes) {
  std::mt19937 random{4};
  Tracker tracker{config()};
  std::set<std::int64_t> ids;
  double time = 0;
  for (int i = 0; i < 60; ++i) {
    time += 0.04 * static_cast<double>(1 + random() % 10);  // 40 to 400 ms apart
    for (const Track& track : tracker.update(at(time), {thing(50 + 80 * time)})) ids.insert(track.id);
  }
  EXPECT_EQ(ids.size(), 1U);
}

TEST(Tracker, KeepsIdentitiesOfTwoThatCross) {
  Scene scene;
  const auto look = [](double time) {
    const double left = 100 + 70 * time;
    const double right = 500 - 70 * time;
    Detections seen{thing(left, 300, 0.8F)};
    if (std::abs(left - right) > 25) seen.push_back(thing(right, 304, 0.8F));  // else hidden behind the first
    return seen;
  };
  scene.run(0, 2, 10, look);
  ASSERT_EQ(scene.tracks.size(), 2U);
  const std::int64_t first = scene.nearest(100 + 140).id;
  const std::int64_t second = scene.nearest(500 - 140).id;
  scene.run(2, 5.5, 10, look);
  EXPECT_EQ(scene.ids.size(), 2U);
  EXPECT_EQ(scene.nearest(100 + 70 * 5.4).id, first);
  EXPECT_EQ(scene.nearest(500 - 70 * 5.4).id, second);
}

TEST(Tracker, FindsAWalkerAgainBehindAnObstacle) {
  Scene scene;
  const auto look = [](double time) {
    const bool hidden = time > 3 && time < 4.5;
    return hidden ? Detections{} : Detections{thing(50 + 60 * time)};
  };
  scene.run(0, 4, 10, look);
  ASSERT_EQ(scene.tracks.size(), 1U);
  EXPECT_EQ(scene.tracks[0].state, TrackState::kLost);
  EXPECT_NEAR(scene.tracks[0].box.center_x(), 50 + 60 * 3.9, 30) << "predicted while lost";
  EXPECT_EQ(scene.tracks[0].last_seen, at(3.0));
  scene.run(4, 7, 10, look);
  EXPECT_EQ(scene.ids.size(), 1U);
  EXPECT_EQ(scene.tracks.at(0).state, TrackState::kConfirmed);
}

TEST(Tracker, ForgetsWhatIsGone) {
  Scene scene;
  scene.run(0, 2, 10, [](double) { return Detections{thing(100)}; });
  scene.run(2, 4.9, 10, [](double) { return Detections{}; });
  EXPECT_EQ(scene.tracks.size(), 1U);
  scene.run(4.9, 5.2, 10, [](double) { return Detections{}; });
  EXPECT_TRUE(scene.tracks.empty());
  scene.run(6, 7, 10, [](double) { return Detections{thing(100)}; });
  EXPECT_EQ(scene.tracks.at(0).id, 2) << "ids are not used twice";
}

TEST(Tracker, WeakDetectionsCarryATrackOn) {
  Scene scene;
  scene.run(0, 8, 10,
            [](double time) { return Detections{thing(50 + 60 * time, 300, time > 1 ? 0.2F : 0.8F)}; });
  EXPECT_EQ(scene.ids.size(), 1U);
  EXPECT_EQ(scene.tracks.at(0).state, TrackState::kConfirmed);
  EXPECT_FLOAT_EQ(scene.tracks[0].score, 0.2F);
  scene.run(8, 9, 10, [](double time) { return Detections{thing(50 + 60 * time, 300, 0.05F)}; });
  EXPECT_EQ(scene.tracks.at(0).state, TrackState::kLost) << "below the floor they are ignored";
}

TEST(Tracker, NeverCrossesGroups) {
  Scene scene;
  scene.run(0, 2, 10, [](double) { return Detections{thing(100, 300, 0.9F, kPerson)}; });
  scene.run(2, 3, 10, [](double) { return Detections{thing(100, 300, 0.9F, kCar)}; });
  ASSERT_EQ(scene.tracks.size(), 2U);
  EXPECT_EQ(scene.tracks[0].class_id, kPerson);
  EXPECT_EQ(scene.tracks[0].state, TrackState::kLost);
  EXPECT_EQ(scene.tracks[1].class_id, kCar);
  scene.run(3, 4, 10, [](double) { return Detections{thing(100, 300, 0.9F, kDog)}; });
  EXPECT_EQ(scene.ids.size(), 3U);
}

TEST(Tracker, TheClassWithinAGroupIsVotedFor) {
  Scene scene;
  int frame = 0;
  scene.run(0, 4, 10, [&frame](double time) {
    return Detections{thing(100 + 50 * time, 300, 0.7F, frame++ % 3 == 0 ? kCar : kTruck)};
  });
  EXPECT_EQ(scene.ids.size(), 1U);
  EXPECT_EQ(scene.tracks.at(0).class_id, kTruck);
}

TEST(Tracker, WhoKeepsHisPlaceIsStationaryAndRememberedLonger) {
  std::mt19937 random{6};
  std::normal_distribution<double> jitter{0, 2};
  Scene scene;
  const auto still = [&](double) { return Detections{thing(300 + jitter(random), 300 + jitter(random))}; };
  scene.run(0, 4.5, 10, still);
  EXPECT_EQ(scene.tracks.at(0).state, TrackState::kConfirmed);
  scene.run(4.5, 8, 10, still);
  EXPECT_EQ(scene.tracks.at(0).state, TrackState::kStationary);
  scene.run(8, 16, 10, [](double) { return Detections{}; });
  ASSERT_EQ(scene.tracks.size(), 1U);
  EXPECT_EQ(scene.tracks[0].state, TrackState::kLost);
  EXPECT_NEAR(scene.tracks[0].box.center_x(), 300, 3) << "and keeps the place";
  scene.run(16, 17, 10, still);
  EXPECT_EQ(scene.tracks.at(0).state, TrackState::kStationary);
  scene.run(17, 20, 10, [](double time) { return Detections{thing(300 + 60 * (time - 17))}; });
  EXPECT_EQ(scene.tracks.at(0).state, TrackState::kConfirmed);
  EXPECT_EQ(scene.ids.size(), 1U);
}

TEST(Tracker, APasserByDoesNotCarryAStationaryTrackAway) {
  Scene scene;
  scene.run(0, 7, 10, [](double) { return Detections{thing(300)}; });
  const auto passer = [](double time) { return thing(100 + 60 * (time - 7), 310, 0.9F); };
  scene.run(7, 15, 10, [&](double time) {
    const double x = 100 + 60 * (time - 7);
    Detections seen{passer(time)};
    if (std::abs(x - 300) > 45) seen.push_back(thing(300));  // else hidden behind the passer-by
    return seen;
  });
  EXPECT_EQ(scene.ids.size(), 2U);
  EXPECT_EQ(scene.nearest(300).id, 1);
  EXPECT_EQ(scene.nearest(100 + 60 * 7.9).id, 2);
}

TEST(Tracker, HoldKeepsPlaceAndAge) {
  Scene scene;
  scene.run(0, 2, 10, [](double time) { return Detections{thing(100 + 20 * time)}; });
  const Box place = scene.tracks.at(0).box;
  for (double time = 2; time < 60; time += 0.1) scene.tracks = scene.tracker.hold(at(time));
  ASSERT_EQ(scene.tracks.size(), 1U);
  EXPECT_FLOAT_EQ(scene.tracks[0].box.center_x(), place.center_x());
  EXPECT_EQ(scene.tracks[0].state, TrackState::kStationary) << "it kept its place";
  EXPECT_GT(scene.tracks[0].last_seen, at(59.8)) << "it counts as seen";
  scene.run(60, 62, 10, [](double time) { return Detections{thing(140 + 50 * (time - 60))}; });
  EXPECT_EQ(scene.ids.size(), 1U) << "and goes on from there";
  EXPECT_EQ(scene.tracks.at(0).state, TrackState::kConfirmed);
}

TEST(Tracker, HoldForgetsWhoLeftAndRemembersWhoSatStill) {
  Scene scene;
  scene.run(0, 8, 10, [](double time) { return Detections{thing(300), thing(600 + 20 * time)}; });
  scene.run(8, 8.5, 10, [](double) { return Detections{}; });
  ASSERT_EQ(scene.tracks.size(), 2U);
  for (double time = 8.5; time < 60; time += 0.1) scene.tracks = scene.tracker.hold(at(time));
  ASSERT_EQ(scene.tracks.size(), 1U);
  EXPECT_EQ(scene.tracks[0].state, TrackState::kLost);
  EXPECT_LT(scene.tracks[0].last_seen, at(8.1));
  scene.run(60, 61, 10, [](double) { return Detections{thing(300)}; });
  EXPECT_EQ(scene.ids.size(), 2U);
  EXPECT_EQ(scene.tracks.at(0).state, TrackState::kStationary);
}

TEST(Tracker, AfterAGapItLooksWhereThingsWere) {
  Scene scene;
  scene.run(0, 3, 10, [](double time) { return Detections{thing(100 + 60 * time, 300), thing(500, 300)}; });
  scene.run(30, 30.5, 10, [](double) { return Detections{thing(500, 300)}; });
  EXPECT_EQ(scene.nearest(500).id, 2);
  EXPECT_EQ(scene.tracks.size(), 1U);
}

TEST(Tracker, IsBounded) {
  TrackerConfig settings = config();
  settings.tracks_max = 5;
  Tracker tracker{settings};
  Detections crowd;
  for (int i = 0; i < 20; ++i) crowd.push_back(thing(50 * i, 300, 0.7F + 0.01F * static_cast<float>(i)));
  std::vector<Track> tracks;
  for (int i = 0; i < 5; ++i) tracks = tracker.update(at(i * 0.1), crowd);
  ASSERT_EQ(tracks.size(), 5U);
  for (const Track& track : tracks) EXPECT_GT(track.box.center_x(), 700) << "the best ones";
}

TEST(Tracker, TimeMayStandStill) {
  Tracker tracker{config()};
  std::vector<Track> tracks;
  for (int i = 0; i < 5; ++i) tracks = tracker.update(at(1), {thing(100)});
  ASSERT_EQ(tracks.size(), 1U);
  EXPECT_NEAR(tracks[0].box.center_x(), 100, 1);
}

}  // namespace
}  // namespace sentinel::vision
