#include "analytics/presence.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace sentinel::analytics {
namespace {

using domain::EventPhase;
using domain::EventType;
using domain::Track;
using domain::TrackedFrame;
using domain::TrackState;

const std::vector<std::string> kNames{"person", "chair", "car", "truck", "dog"};
constexpr int kPerson = 0, kChair = 1, kCar = 2, kTruck = 3, kDog = 4;
constexpr UtcTime kBase{std::chrono::seconds{1'700'000'000}};

StreamTime at(double seconds) {
  return StreamTime{std::llround(seconds * 1e6)};
}
double seconds_of(UtcTime time) {
  return to_seconds(time - kBase);
}

// One track as a tracker would tell it: confirmed 0.3 s after its first detection, live until its last, then
// lost for 3 s.
struct Life {
  std::int64_t id = 1;
  int class_id = kPerson;
  double from = 0, to = 0;
  float x = 100, speed = 0;  // pixels, pixels a second
  float score = 0.8F;
  bool still = false;
  double leaves_at = 0, parks_at = 1e9;     // moves between these
  double blind_from = 1e9, blind_to = 1e9;  // lost meanwhile, and found again under the same id
};

TrackedFrame frame_at(double t, const std::vector<Life>& lives, int fps) {
  TrackedFrame frame{at(t), kBase + at(t), 640, 360, {}};
  for (const auto& life : lives) {
    if (t < life.from + 0.3 - 1e-9 || t > life.to + 3.0) continue;
    const bool blind = t >= life.blind_from && t < life.blind_to;
    const double seen = blind ? life.blind_from - 1.0 / fps : std::min(t, life.to);
    Track track;
    track.id = life.id;
    track.class_id = life.class_id;
    track.state = t > life.to + 1e-9 || blind ? TrackState::kLost
                  : life.still                ? TrackState::kStationary
                                              : TrackState::kConfirmed;
    track.box = {
        life.x + life.speed * static_cast<float>(std::max(
                                  0.0, std::min(seen, life.parks_at) - std::max(life.from, life.leaves_at))),
        100, 50, 120};
    track.score = life.score;
    track.first_seen = at(life.from);
    track.last_seen = t > life.to + 1e-9 || blind ? at(seen) : at(t);
    frame.tracks.push_back(track);
  }
  return frame;
}

struct Told {
  EventType type;
  double start, end;  // seconds; end -1: still open
  int updates;
};

struct Story {
  std::map<std::int64_t, Told> told;
  void take(const std::vector<PresenceChange>& changes) {
    for (const auto& change : changes) {
      const auto& visit = change.visit;
      if (change.phase == EventPhase::kOpened) {
        EXPECT_FALSE(told.contains(visit.id)) << "opened twice";
        told[visit.id] = {visit.type, seconds_of(visit.started_at), -1, 0};
      }
      ASSERT_TRUE(told.contains(visit.id)) << "not opened before";
      if (change.phase == EventPhase::kUpdated) ++told[visit.id].updates;
      if (change.phase == EventPhase::kClosed) told[visit.id].end = seconds_of(visit.last_seen_at);
    }
  }
};

Story play(Presence& presence, const std::vector<Life>& lives, double length, int fps = 10) {
  Story story;
  for (int n = 0; n < length * fps; ++n) {
    story.take(presence.step(frame_at(static_cast<double>(n) / fps, lives, fps)).changes);
  }
  return story;
}

struct Case {
  std::string name;
  std::vector<Life> lives;
  std::vector<Told> expected;
};

class PresenceTable : public testing::TestWithParam<Case> {};

TEST_P(PresenceTable, TellsTheVisits) {
  Presence presence{{}, kNames};
  const auto story = play(presence, GetParam().lives, 40);
  ASSERT_EQ(story.told.size(), GetParam().expected.size());
  auto expected = GetParam().expected.begin();
  for (const auto& [id, told] : story.told) {
    EXPECT_EQ(told.type, expected->type);
    EXPECT_NEAR(told.start, expected->start, 0.001);
    EXPECT_NEAR(told.end, expected->end, 0.001);
    ++expected;
  }
}

const Case kCases[] = {
    {"one_visit", {{.from = 2, .to = 9}}, {{EventType::kPerson, 2, 9, 0}}},
    {"too_short", {{.from = 2, .to = 2.4}}, {}},
    {"too_faint", {{.from = 2, .to = 9, .score = 0.4F}}, {}},
    {"too_faint_for_an_animal", {{.class_id = kDog, .from = 2, .to = 9, .score = 0.6F}}, {}},
    {"unwanted_class", {{.class_id = kChair, .from = 2, .to = 9}}, {}},
    {"stays_to_the_end", {{.from = 30, .to = 100}}, {{EventType::kPerson, 30, -1, 0}}},
    {"a_new_track_close_by_continues",
     {{.id = 1, .from = 2, .to = 9}, {.id = 2, .from = 10, .to = 15, .x = 130}},
     {{EventType::kPerson, 2, 15, 0}}},
    {"a_new_track_far_away_is_another_visit",
     {{.id = 1, .from = 2, .to = 9}, {.id = 2, .from = 10, .to = 15, .x = 500}},
     {{EventType::kPerson, 2, 9, 0}, {EventType::kPerson, 10, 15, 0}}},
    {"a_later_track_is_another_visit",
     {{.id = 1, .from = 2, .to = 9}, {.id = 2, .from = 12.6, .to = 15}},
     {{EventType::kPerson, 2, 9, 0}, {EventType::kPerson, 12.6, 15, 0}}},
    {"another_group_does_not_continue",
     {{.id = 1, .class_id = kDog, .from = 2, .to = 9}, {.id = 2, .from = 10, .to = 15}},
     {{EventType::kAnimal, 2, 9, 0}, {EventType::kPerson, 10, 15, 0}}},
    {"unless_it_is_known_to_be_mistaken_for_it",  // a dog where a person was is a person who fell
     {{.id = 1, .from = 2, .to = 9}, {.id = 2, .class_id = kDog, .from = 9.5, .to = 15}},
     {{EventType::kPerson, 2, 15, 0}}},
    {"and_what_is_seen_as_both_at_once_is_one",
     {{.id = 1, .from = 2, .to = 9}, {.id = 2, .class_id = kDog, .from = 4, .to = 8, .x = 105}},
     {{EventType::kPerson, 2, 9, 0}}},
    {"a_dog_beside_a_person_is_a_dog",
     {{.id = 1, .from = 2, .to = 9}, {.id = 2, .class_id = kDog, .from = 4, .to = 12, .x = 150}},
     {{EventType::kPerson, 2, 9, 0}, {EventType::kAnimal, 4, 12, 0}}},
    {"another_class_of_the_group_does",
     {{.id = 1, .class_id = kCar, .from = 2, .to = 9, .x = 100, .speed = 20},
      {.id = 2, .class_id = kTruck, .from = 10, .to = 15, .x = 260, .speed = 20}},
     {{EventType::kVehicle, 2, 15, 0}}},
    {"a_parked_car_is_no_visit", {{.class_id = kCar, .from = 0, .to = 100}}, {}},
    {"nor_are_two_whose_tracks_change_places",
     {{.id = 1, .class_id = kCar, .from = 0, .to = 9, .x = 100},
      {.id = 2, .class_id = kCar, .from = 10, .to = 30, .x = 200}},
     {}},
    {"a_car_that_arrives_and_parks_is_one",
     {{.class_id = kCar, .from = 2, .to = 30, .x = 0, .speed = 60, .parks_at = 5}},
     {{EventType::kVehicle, 2, 30, 0}}},
    {"a_parked_car_that_leaves_begins_then",
     {{.class_id = kCar, .from = 0, .to = 15, .x = 100, .speed = 60, .leaves_at = 10}},
     {{EventType::kVehicle, 10.5, 15, 0}}},
    {"two_at_once_are_two",
     {{.id = 1, .from = 2, .to = 9}, {.id = 2, .from = 4, .to = 12, .x = 120}},
     {{EventType::kPerson, 2, 9, 0}, {EventType::kPerson, 4, 12, 0}}},
    {"a_short_blink_is_one_visit",
     {{.from = 2, .to = 15, .blind_from = 6, .blind_to = 8}},
     {{EventType::kPerson, 2, 15, 0}}},
    {"found_again_after_the_close_starts_then",
     {{.from = 2, .to = 15, .blind_from = 6, .blind_to = 9}},
     {{EventType::kPerson, 2, 5.9, 0}, {EventType::kPerson, 9, 15, 0}}},
    {"one_who_kept_still_may_blink_longer",
     {{.from = 2, .to = 25, .still = true, .blind_from = 6, .blind_to = 12}},
     {{EventType::kPerson, 2, 25, 0}}},
    {"one_who_took_over_a_lost_visit_gets_an_own_one_when_the_owner_is_found",
     {{.id = 1, .from = 2, .to = 15, .blind_from = 6, .blind_to = 8},
      {.id = 2, .from = 6.5, .to = 20, .x = 130}},
     {{EventType::kPerson, 2, 15, 0}, {EventType::kPerson, 6.5, 20, 0}}},
};

INSTANTIATE_TEST_SUITE_P(Presence, PresenceTable, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(Presence, OpensOnceConfirmedAndLastedAndReportsBoundedUpdates) {
  Presence presence{{}, kNames};
  const std::vector<Life> lives{{.from = 1, .to = 20, .speed = 10}};
  double opened = -1;
  int updates = 0, pictures = 0;
  for (int n = 0; n < 200; ++n) {
    const double t = n / 10.0;
    auto all = lives;
    all[0].score = 0.6F + 0.001F * static_cast<float>(n);  // a little better each time
    const auto step = presence.step(frame_at(t, all, 10));
    pictures += static_cast<int>(step.pictures.size());
    for (const auto& change : step.changes) {
      if (change.phase == EventPhase::kOpened) opened = t;
      if (change.phase == EventPhase::kUpdated) ++updates;
    }
  }
  EXPECT_NEAR(opened, 1.5, 0.01);
  EXPECT_GE(updates, 17);
  EXPECT_LE(updates, 19);  // one a second
  EXPECT_GE(pictures, 1);
  EXPECT_LE(pictures, 3);  // 0.61 to 0.8: at most one gain of 1.2 after the first
}

TEST(Presence, TheTypeIsThatOfTheOpeningAndStays) {
  Presence presence{{}, kNames};
  std::vector<PresenceChange> changes;
  for (int n = 0; n < 40; ++n) {  // a dog for 0.4 s, then a person, at last a dog again
    auto frame = frame_at(n / 10.0, {{.from = 0, .to = 10}}, 10);
    for (auto& track : frame.tracks) track.class_id = n < 5 || n >= 20 ? kDog : kPerson;
    for (auto& change : presence.step(frame).changes) changes.push_back(change);
  }
  for (auto& change : presence.close_all()) changes.push_back(change);
  ASSERT_GE(changes.size(), 2U);
  for (const auto& change : changes) {
    EXPECT_EQ(change.visit.type, EventType::kPerson);
    EXPECT_EQ(change.visit.class_id, kPerson);
  }
}

TEST(Presence, AnUnchangedVisitIsReportedSeldom) {
  Presence presence{{}, kNames};
  auto story = play(presence, {{.from = 0, .to = 60}}, 31);
  EXPECT_EQ(story.told.at(1).updates, 3);  // opened at 0.5 s, then every 10 s
}

TEST(Presence, ABetterPictureIsAskedForAtOnceButNotInEveryFrame) {
  Presence presence{{}, kNames};
  std::vector<double> pictures;
  for (int n = 0; n < 40; ++n) {
    auto frame = frame_at(n / 10.0, {{.from = 0, .to = 10}}, 10);
    for (auto& track : frame.tracks) track.box.height = 40 + 8 * static_cast<float>(n);  // comes nearer
    for (const auto& request : presence.step(frame).pictures) {
      pictures.push_back(n / 10.0);
      EXPECT_FLOAT_EQ(request.box.height, frame.tracks[0].box.height);
    }
  }
  ASSERT_GE(pictures.size(), 3U);
  EXPECT_NEAR(pictures[0], 0.5, 0.01);
  for (std::size_t i = 1; i < pictures.size(); ++i) EXPECT_GE(pictures[i] - pictures[i - 1], 0.39);
}

TEST(Presence, AHeldTrackKeepsItsVisitOpenAndItsLastSightingHonest) {
  Presence presence{{}, kNames};
  Story story = play(presence, {{.from = 0, .to = 100}}, 5);
  for (int n = 50; n < 100; ++n) {  // held: live, not detected anew
    auto frame = frame_at(n / 10.0, {{.from = 0, .to = 100}}, 10);
    frame.tracks[0].last_seen = at(4.9);
    story.take(presence.step(frame).changes);
  }
  EXPECT_EQ(story.told.at(1).end, -1);
  story.take(presence.close_all());
  EXPECT_NEAR(story.told.at(1).end, 4.9, 0.001);
  EXPECT_TRUE(presence.close_all().empty());
}

TEST(Presence, AVisitGoesOnOverARestartOfTheStream) {
  for (const bool still_there : {true, false}) {
    Presence presence{{}, kNames};
    Story story = play(presence, {{.from = 0, .to = 100}}, 5);
    presence.restart();
    for (int n = 0; n < 50; ++n) {  // the stream's time and the ids start over, the wall clock does not
      auto frame = frame_at(n / 10.0, {{.from = 0, .to = still_there ? 100.0 : -10.0}}, 10);
      frame.captured_at += at(4.9 + 6);
      story.take(presence.step(frame).changes);
    }
    story.take(presence.close_all());
    ASSERT_EQ(story.told.size(), 1U);
    EXPECT_NEAR(story.told.begin()->second.end, still_there ? 4.9 + 6 + 4.9 : 4.9, 0.001);
  }
}

TEST(Presence, TheSameFramesGiveTheSameSteps) {
  const std::vector<Life> lives{{.id = 1, .from = 2, .to = 9},
                                {.id = 2, .from = 4, .to = 12, .x = 400},
                                {.id = 3, .from = 10, .to = 15, .x = 120}};
  Presence one{{}, kNames}, two{{}, kNames};
  const auto first = play(one, lives, 40), second = play(two, lives, 40);
  ASSERT_EQ(first.told.size(), second.told.size());
  for (const auto& [id, told] : first.told) {
    EXPECT_EQ(told.start, second.told.at(id).start);
    EXPECT_EQ(told.end, second.told.at(id).end);
    EXPECT_EQ(told.updates, second.told.at(id).updates);
  }
}

}  // namespace
}  // namespace sentinel::analytics
