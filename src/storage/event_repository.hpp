// Events. Implemented by sqlite/ here, clickhouse/ later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "domain/event.hpp"

namespace sentinel::storage {

struct EventFilter {
  std::optional<std::vector<std::string>> camera_ids{};  // one of these; an empty list matches nothing
  std::optional<domain::EventType> type{};
  std::optional<domain::EventSeverity> severity{};
  std::optional<UtcTime> started_from{};   // inclusive
  std::optional<UtcTime> started_until{};  // exclusive
  std::optional<bool> acknowledged{};
  std::optional<double> confidence_min{};
};

// Newest first by (started_at, id). `after` is the cursor: the key of the last event of the page before, in
// full microseconds. What is inserted while a client pages neither repeats nor hides an event of a later
// page.
struct EventKey {
  UtcTime started_at{};
  std::string id;
};
struct EventPageRequest {
  std::int64_t limit = 50;  // at least 1; the caller bounds it
  std::int64_t offset = 0;  // counted from `after` when there is one; the caller bounds it
  std::optional<EventKey> after{};
  bool count_exact = false;
};
struct EventPage {
  std::vector<domain::Event> items;
  std::int64_t total =
      0;  // of the filter, without the cursor; exact up to kTotalMax, or when count_exact was asked
  bool total_capped = false;  // there are more than `total`, which is kTotalMax
  bool has_more = false;
};
inline constexpr std::int64_t kTotalMax = 10'000;

// What was written lately, oldest first by (updated_at, id): the newest `limit` of it.
struct EventChanges {
  std::vector<domain::Event> items;
  std::int64_t beyond = 0;  // how many older ones did not fit; exact
};

// What people write on an event. Absent fields stay as they are.
struct EventAnnotation {
  std::optional<bool> acknowledged{};  // false takes an acknowledgement back
  std::string by{};                    // username; with acknowledged alone
  UtcTime at{};                        // becomes updated_at as well
  std::optional<std::string> notes{};  // an empty text clears them
};

// Thread-safe; a broken store throws StoreDown. Calls block.
class EventRepository {
 public:
  virtual ~EventRepository() = default;
  // Inserts or replaces by id, all in one transaction. Durable against the process being killed on return.
  // acknowledged, acknowledged_by, acknowledged_at and notes of an event that exists stay as they are: people
  // write those, the pipeline the rest. updated_at is the caller's to set.
  virtual void upsert_events(const std::vector<domain::Event>& events) = 0;
  // The event as it now is. Acknowledging what is acknowledged keeps the first name and time. kNotFound.
  virtual Result<domain::Event> annotate_event(std::string_view id, const EventAnnotation& annotation) = 0;
  // kNotFound. An event that still lasts comes back, without its notes, with the pipeline's next upsert.
  virtual Status delete_event(std::string_view id) = 0;
  virtual std::optional<domain::Event> find_event(std::string_view id) = 0;
  virtual EventPage list_events(const EventFilter& filter, const EventPageRequest& page) = 0;
  // The events with updated_at >= from, of these cameras or, without a list, of all. An event that changed
  // several times is there once, as it now is. `limit` is at least 1; the caller bounds it.
  virtual EventChanges list_changed_since(const std::optional<std::vector<std::string>>& camera_ids,
                                          UtcTime from, std::int64_t limit) = 0;
  // Events without an end, oldest first: after a crash, for closing.
  virtual std::vector<domain::Event> list_open_events() = 0;
};

}  // namespace sentinel::storage
