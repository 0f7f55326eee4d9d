#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "storage/conformance_backends.hpp"

namespace sentinel::storage {
namespace {

using domain::EventSeverity;
using domain::EventType;

domain::Event make_event(std::string id, std::int64_t started_us, std::string camera = "camera_1") {
  domain::Event event;
  event.id = std::move(id);
  event.camera_id = std::move(camera);
  event.started_at = at_us(started_us);
  return event;
}

domain::Event make_full_event() {
  domain::Event event = make_event("evt_full", 1'700'000'000'123'456, "gate");
  event.type = EventType::kLineCrossing;
  event.severity = EventSeverity::kCritical;
  event.confidence = 0.87F;
  event.label = "person";
  event.description = "It's \"here\" ü";
  event.metadata_json = R"({"a":[1,2,{"b":null}]})";
  event.track_id = -9'000'000'000;
  event.box = domain::NormalizedBox{0.1F, 0.2F, 0.3F, 0.4F};
  event.ended_at = at_us(1'700'000'001'000'001);
  event.updated_at = at_us(1'700'000'003'000'003);
  event.acknowledged = true;
  event.acknowledged_by = "eve";
  event.acknowledged_at = at_us(1'700'000'002'000'002);
  event.notes = "seen";
  event.rule_id = "rule_1";
  event.zone_id = "zone_1";
  event.has_snapshot = true;
  return event;
}

template <class Backend>
class Events : public testing::Test {
 protected:
  std::vector<std::string> ids_of(const EventFilter& filter, const EventPageRequest& request = {}) {
    std::vector<std::string> ids;
    for (const auto& event : events_.list_events(filter, request).items) ids.push_back(event.id);
    return ids;
  }
  // Follows the cursor to the end, calling `between` after each page.
  template <class Between>
  std::vector<std::string> page_through(const EventFilter& filter, std::int64_t limit,
                                        const Between& between) {
    std::vector<std::string> ids;
    EventPageRequest request{.limit = limit};
    for (;;) {
      const EventPage page = events_.list_events(filter, request);
      for (const auto& event : page.items) ids.push_back(event.id);
      if (!page.has_more) return ids;
      request.after = EventKey{page.items.back().started_at, page.items.back().id};
      between();
    }
  }

  Backend backend_;
  EventRepository& events_ = backend_.events;
};
TYPED_TEST_SUITE(Events, Backends, BackendName);

using Ids = std::vector<std::string>;

TYPED_TEST(Events, KeepsEveryField) {
  const auto bare = make_event("evt_bare", 5);
  this->events_.upsert_events({make_full_event(), bare});
  EXPECT_EQ(text_of(this->events_.find_event("evt_full").value()), text_of(make_full_event()));
  EXPECT_EQ(text_of(this->events_.find_event("evt_bare").value()), text_of(bare));
  EXPECT_FALSE(this->events_.find_event("evt_").has_value());
  const auto page = this->events_.list_events({}, {});
  ASSERT_EQ(page.items.size(), 2U);
  EXPECT_EQ(text_of(page.items[0]), text_of(make_full_event()));
}

TYPED_TEST(Events, KeepsEveryTypeAndSeverity) {
  for (std::size_t i = 0; i < domain::kEventTypeNames.size(); ++i) {
    auto event = make_event(fmt::format("evt_{}", i), 1);
    event.type = static_cast<EventType>(i);
    event.severity = static_cast<EventSeverity>(i % 4);
    this->events_.upsert_events({event});
    EXPECT_EQ(text_of(this->events_.find_event(event.id).value()), text_of(event));
  }
}

TYPED_TEST(Events, UpsertReplacesAllButWhatPeopleWrote) {
  this->events_.upsert_events({make_full_event()});
  auto again = make_event("evt_full", 7, "dock");
  again.confidence = 0.5F;
  again.acknowledged_by = "the pipeline does not know";
  again.updated_at = at_us(8);
  this->events_.upsert_events({again});
  auto expected = again;
  expected.acknowledged = true;
  expected.acknowledged_by = "eve";
  expected.acknowledged_at = make_full_event().acknowledged_at;
  expected.notes = "seen";
  EXPECT_EQ(text_of(this->events_.find_event("evt_full").value()), text_of(expected));
  EXPECT_EQ(this->events_.list_events({}, {}).total, 1);
}

TYPED_TEST(Events, TheSameIdTwiceInABatchIsOneEvent) {
  auto second = make_event("evt_1", 1);
  second.label = "later";
  this->events_.upsert_events({make_event("evt_1", 1), second});
  EXPECT_EQ(this->events_.list_events({}, {}).total, 1);
  EXPECT_EQ(this->events_.find_event("evt_1")->label, "later");
  this->events_.upsert_events({});
}

TYPED_TEST(Events, AnnotationsArePeoplesAndStay) {
  this->events_.upsert_events({make_event("evt_1", 1)});
  auto event =
      this->events_.annotate_event("evt_1", {.acknowledged = true, .by = "eve", .at = at_us(5)}).value();
  EXPECT_TRUE(event.acknowledged);
  EXPECT_EQ(event.acknowledged_by, "eve");
  EXPECT_EQ(event.acknowledged_at, at_us(5));
  EXPECT_EQ(event.updated_at, at_us(5));
  event =
      this->events_.annotate_event("evt_1", {.acknowledged = true, .by = "mia", .at = at_us(6), .notes = "n"})
          .value();
  EXPECT_EQ(event.acknowledged_by, "eve") << "the first one counts";
  EXPECT_EQ(event.notes, "n");
  auto again = make_event("evt_1", 1);
  again.updated_at = event.updated_at;
  this->events_.upsert_events({again});
  EXPECT_EQ(text_of(this->events_.find_event("evt_1").value()), text_of(event));
  event =
      this->events_.annotate_event("evt_1", {.acknowledged = false, .by = "mia", .at = at_us(7), .notes = ""})
          .value();
  again.updated_at = at_us(7);
  EXPECT_EQ(text_of(event), text_of(again));
  EXPECT_EQ(this->events_.annotate_event("evt_2", {.notes = "n"}).error().kind, ErrorKind::kNotFound);
}

TYPED_TEST(Events, DeleteRemovesOne) {
  this->events_.upsert_events({make_event("evt_1", 1), make_event("evt_2", 2)});
  EXPECT_TRUE(this->events_.delete_event("evt_1").has_value());
  EXPECT_EQ(this->events_.delete_event("evt_1").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(this->ids_of({}), Ids{"evt_2"});
}

TYPED_TEST(Events, OpenOnesAreListedOldestFirst) {
  auto closed = make_event("evt_2", 2);
  closed.ended_at = at_us(3);
  this->events_.upsert_events({make_event("evt_3", 3), closed, make_event("evt_1", 1)});
  const auto open = this->events_.list_open_events();
  ASSERT_EQ(open.size(), 2U);
  EXPECT_EQ(open[0].id, "evt_1");
  EXPECT_EQ(open[1].id, "evt_3");
}

TYPED_TEST(Events, ChangesAreTheNewestAndToldOldestFirst) {
  const auto write = [&](std::string id, std::int64_t started_us, std::int64_t updated_us,
                         std::string camera) {
    auto event = make_event(std::move(id), started_us, std::move(camera));
    event.updated_at = at_us(updated_us);
    this->events_.upsert_events({event});
  };
  write("evt_e", 1, 30, "gate");
  write("evt_d", 2, 20, "dock");
  write("evt_c", 3, 20, "gate");
  write("evt_b", 4, 10, "yard");
  write("evt_a", 5, 9, "gate");
  const auto changes = [&](std::optional<Ids> cameras, std::int64_t from_us, std::int64_t limit) {
    const EventChanges found = this->events_.list_changed_since(cameras, at_us(from_us), limit);
    std::string text;
    for (const auto& event : found.items) text += event.id + " ";
    return text + "+" + std::to_string(found.beyond);
  };
  EXPECT_EQ(changes({}, 10, 9), "evt_b evt_c evt_d evt_e +0");
  EXPECT_EQ(changes({}, 10, 4), "evt_b evt_c evt_d evt_e +0");
  EXPECT_EQ(changes({}, 0, 2), "evt_d evt_e +3");
  EXPECT_EQ(changes({}, 31, 2), "+0");
  EXPECT_EQ(changes(Ids{"gate"}, 0, 2), "evt_c evt_e +1");
  EXPECT_EQ(changes(Ids{"gate", "dock", "nowhere"}, 10, 9), "evt_c evt_d evt_e +0");
  EXPECT_EQ(changes(Ids{}, 0, 9), "+0");
  this->events_.annotate_event("evt_a", {.at = at_us(40), .notes = "n"}).value();
  write("evt_b", 4, 50, "yard");
  EXPECT_EQ(changes({}, 10, 9), "evt_c evt_d evt_e evt_a evt_b +0") << "each once, as it now is";
  EXPECT_EQ(this->events_.list_changed_since({}, at_us(40), 1).items.at(0).updated_at, at_us(50));
}

TYPED_TEST(Events, NewestFirstAndTiesById) {
  this->events_.upsert_events({make_event("evt_b", 5), make_event("evt_a", 5), make_event("evt_z", 4),
                               make_event("evt_c", 6), make_event("evt_0", 5)});
  EXPECT_EQ(this->ids_of({}), (Ids{"evt_c", "evt_b", "evt_a", "evt_0", "evt_z"}));
  EXPECT_EQ(this->ids_of({}, {.limit = 2, .offset = 1}), (Ids{"evt_b", "evt_a"}));
  EXPECT_EQ(this->ids_of({}, {.after = EventKey{at_us(5), "evt_a"}}), (Ids{"evt_0", "evt_z"}));
  EXPECT_EQ(this->ids_of({}, {.limit = 1, .offset = 1, .after = EventKey{at_us(5), "evt_a"}}), Ids{"evt_z"});
  EXPECT_EQ(this->ids_of({}, {.offset = 9}), Ids{});
}

TYPED_TEST(Events, HasMoreAndTotal) {
  for (int i = 0; i < 5; ++i) this->events_.upsert_events({make_event(fmt::format("evt_{}", i), i)});
  EXPECT_TRUE(this->events_.list_events({}, {.limit = 4}).has_more);
  EXPECT_FALSE(this->events_.list_events({}, {.limit = 5}).has_more);
  EXPECT_FALSE(this->events_.list_events({}, {.limit = 4, .offset = 1}).has_more);
  const auto page = this->events_.list_events({}, {.limit = 2, .after = EventKey{at_us(1), "evt_1"}});
  EXPECT_EQ(page.total, 5) << "of the filter, whatever the cursor";
  EXPECT_FALSE(page.total_capped);
}

// Events that differ in every filtered field, so that each filter has ones to take and ones to leave.
std::vector<domain::Event> make_mixture() {
  std::vector<domain::Event> mixture;
  constexpr EventType kTypes[] = {EventType::kPerson, EventType::kFall, EventType::kVehicle};
  for (int i = 0; i < 240; ++i) {
    auto event = make_event(fmt::format("evt_{:03}", i), 1'000 + i / 2, fmt::format("camera_{}", i % 5));
    event.type = kTypes[i % 3];
    event.severity = static_cast<EventSeverity>(i / 3 % 4);
    event.acknowledged = i / 7 % 2 == 0;
    event.confidence = static_cast<float>(i % 10) / 10;
    mixture.push_back(event);
  }
  return mixture;
}

bool is_wanted(const domain::Event& event, const EventFilter& filter) {
  const auto& cameras = filter.camera_ids;
  return (!cameras || std::count(cameras->begin(), cameras->end(), event.camera_id) > 0) &&
         (!filter.type || event.type == *filter.type) &&
         (!filter.severity || event.severity == *filter.severity) &&
         (!filter.started_from || event.started_at >= *filter.started_from) &&
         (!filter.started_until || event.started_at < *filter.started_until) &&
         (!filter.acknowledged || event.acknowledged == *filter.acknowledged) &&
         (!filter.confidence_min || event.confidence >= *filter.confidence_min);
}

TYPED_TEST(Events, EveryCombinationOfFilters) {
  const auto mixture = make_mixture();
  this->events_.upsert_events(mixture);
  const std::optional<Ids> cameras[] = {std::nullopt, Ids{}, Ids{"camera_2"},
                                        Ids{"camera_2", "camera_4", "camera_1"}};
  for (int set = 0; set < 4 * 64; ++set) {
    EventFilter filter{.camera_ids = cameras[set / 64]};
    if (set & 1) filter.type = set & 2 ? EventType::kPerson : EventType::kFall;
    if (set & 2) filter.severity = set & 4 ? EventSeverity::kLow : EventSeverity::kHigh;
    if (set & 4) filter.started_from = at_us(1'020);
    if (set & 8) filter.started_until = at_us(1'100);
    if (set & 16) filter.acknowledged = (set & 1) != 0;
    if (set & 32) filter.confidence_min = 0.5;
    Ids expected;
    for (auto event = mixture.rbegin(); event != mixture.rend(); ++event) {
      if (is_wanted(*event, filter)) expected.push_back(event->id);
    }
    const auto total = static_cast<std::int64_t>(expected.size());
    EXPECT_EQ(this->ids_of(filter, {.limit = 500}), expected) << set;
    EXPECT_EQ(this->events_.list_events(filter, {.limit = 1}).total, total) << set;
    EXPECT_EQ(this->events_.list_events(filter, {.limit = 1, .count_exact = true}).total, total) << set;
    EXPECT_EQ(this->page_through(filter, 7, [] {}), expected) << set;
  }
}

TYPED_TEST(Events, FilterValuesAreValuesAndNoSql) {
  this->events_.upsert_events({make_event("evt_1", 1, "x' OR '1'='1"), make_event("evt_2", 2, "dock")});
  EXPECT_EQ(this->ids_of({.camera_ids = Ids{"x' OR '1'='1"}}), Ids{"evt_1"});
  EXPECT_EQ(this->ids_of({.camera_ids = Ids{"' OR 1 --"}}), Ids{});
  EXPECT_EQ(this->ids_of({}, {.after = EventKey{at_us(2), "' OR 1 --"}}), Ids{"evt_1"});
}

TYPED_TEST(Events, CursorIsStableWhileEventsArrive) {
  Ids expected;
  for (int i = 59; i >= 0; --i) {
    this->events_.upsert_events({make_event(fmt::format("evt_{:02}", i), 100 + i / 4)});
    expected.push_back(fmt::format("evt_{:02}", i));
  }
  int newer = 0;
  const auto arrive = [&] {
    this->events_.upsert_events({make_event(fmt::format("evt_new_{}", newer), 1'000 + newer)});
    ++newer;
  };
  EXPECT_EQ(this->page_through({}, 7, arrive), expected);
}

TYPED_TEST(Events, CursorIsStableUnderTwoWritersAndAReader) {
  for (int i = 0; i < 200; ++i) this->events_.upsert_events({make_event(fmt::format("evt_{:03}", i), i)});
  constexpr int kWritten = 300;
  std::atomic<int> writing = 2;
  const auto write = [&](const char* prefix) {
    for (int i = 0; i < kWritten; ++i) {
      this->events_.upsert_events(
          {make_event(fmt::format("{}{}", prefix, i), 1'000 + i), make_event("evt_100", 100)});
      std::this_thread::yield();
    }
    --writing;
  };
  {
    const std::jthread first{write, "evt_left_"};
    const std::jthread second{write, "evt_right_"};
    do {
      const auto ids =
          this->page_through({.started_until = at_us(1'000)}, 9, [] { std::this_thread::yield(); });
      EXPECT_EQ(ids.size(), 200U);
      EXPECT_TRUE(std::is_sorted(ids.rbegin(), ids.rend()));
    } while (writing > 0);
  }
  EXPECT_EQ(this->events_.list_events({}, {.count_exact = true}).total, 200 + 2 * kWritten);
}

// The writers end by themselves and the readers read until then: a lock that lets its last holder in again at
// once may keep a reader waiting for as long as somebody writes.
TYPED_TEST(Events, ABatchIsSeenWholeOrNotAtAll) {
  constexpr int kBatches = 200;
  constexpr int kBatch = 10;
  const std::jthread writer{[&] {
    for (int i = 0; i < kBatches; ++i) {
      std::vector<domain::Event> batch;
      for (int k = 0; k < kBatch; ++k) batch.push_back(make_event(fmt::format("evt_{}_{}", i, k), i));
      this->events_.upsert_events(batch);
      std::this_thread::yield();
    }
  }};
  std::int64_t total = 0;
  while (total < kBatches * kBatch) {
    total = this->events_.list_events({}, {}).total;
    ASSERT_EQ(total % kBatch, 0);
  }
}

TYPED_TEST(Events, TotalsAreExactUpToTheBound) {
  std::vector<domain::Event> events;
  for (int i = 0; i < kTotalMax; ++i) events.push_back(make_event(fmt::format("evt_{:05}", i), i));
  this->events_.upsert_events(events);
  auto page = this->events_.list_events({}, {});
  EXPECT_EQ(page.total, kTotalMax);
  EXPECT_FALSE(page.total_capped);
  this->events_.upsert_events({make_event("evt_x", 1), make_event("evt_y", 1)});
  page = this->events_.list_events({}, {});
  EXPECT_EQ(page.total, kTotalMax);
  EXPECT_TRUE(page.total_capped);
  page = this->events_.list_events({}, {.count_exact = true});
  EXPECT_EQ(page.total, kTotalMax + 2);
  EXPECT_FALSE(page.total_capped);
}

}  // namespace
}  // namespace sentinel::storage
