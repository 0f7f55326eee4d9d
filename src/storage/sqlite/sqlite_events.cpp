#include "storage/sqlite/sqlite_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string>

namespace sentinel::storage::sqlite {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, camera_id, type, severity, confidence, label, description, metadata, track_id, box_x, box_y, "
    "box_width, box_height, started_at_us, ended_at_us, acknowledged, acknowledged_by, acknowledged_at_us, "
    "notes, "
    "rule_id, zone_id, has_snapshot, updated_at_us FROM ";

constexpr std::string_view kUpsert =
    "INSERT INTO events (id, camera_id, type, severity, confidence, label, description, metadata, track_id, "
    "box_x, "
    "box_y, box_width, box_height, started_at_us, ended_at_us, acknowledged, acknowledged_by, "
    "acknowledged_at_us, "
    "notes, rule_id, zone_id, has_snapshot, updated_at_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
    "?11, ?12, ?13, "
    "?14, "
    "?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23) "
    "ON CONFLICT (id) DO UPDATE SET camera_id = ?2, type = ?3, severity = ?4, confidence = ?5, label = ?6, "
    "description = ?7, metadata = ?8, track_id = ?9, box_x = ?10, box_y = ?11, box_width = ?12, box_height = "
    "?13, "
    "started_at_us = ?14, ended_at_us = ?15, rule_id = ?20, zone_id = ?21, has_snapshot = ?22, "
    "updated_at_us = ?23";

template <class Enum, std::size_t kCount>
Enum enum_of(const std::array<std::string_view, kCount>& names, std::string_view text) {
  for (std::size_t i = 0; i < kCount; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  throw StoreDown(fmt::format("an event has the unknown type or severity '{}'", text));
}

domain::Event read_event(Statement& row) {
  domain::Event event;
  std::string type;
  std::string severity;
  std::optional<float> x;
  domain::NormalizedBox box;
  row.fetch(event.id, event.camera_id, type, severity, event.confidence, event.label, event.description,
            event.metadata_json, event.track_id, x, box.y, box.width, box.height, event.started_at,
            event.ended_at, event.acknowledged, event.acknowledged_by, event.acknowledged_at, event.notes,
            event.rule_id, event.zone_id, event.has_snapshot, event.updated_at);
  event.type = enum_of<domain::EventType>(domain::kEventTypeNames, type);
  event.severity = enum_of<domain::EventSeverity>(domain::kEventSeverityNames, severity);
  if (x) {
    box.x = *x;
    event.box = box;
  }
  return event;
}

void upsert_event(Database& db, const domain::Event& event) {
  std::array<std::optional<float>, 4> box;
  if (event.box) box = {event.box->x, event.box->y, event.box->width, event.box->height};
  db.run(kUpsert, event.id, event.camera_id, to_text(event.type), to_text(event.severity), event.confidence,
         event.label, event.description, event.metadata_json, event.track_id, box[0], box[1], box[2], box[3],
         event.started_at, event.ended_at, event.acknowledged, event.acknowledged_by, event.acknowledged_at,
         event.notes, event.rule_id, event.zone_id, event.has_snapshot, event.updated_at);
}

std::optional<domain::Event> find_in(Database& db, std::string_view id) {
  Statement statement = db.prepare(std::string{kSelect} + "events WHERE id = ?1");
  if (!statement.bind(id).step()) return std::nullopt;
  return read_event(statement);
}

// The parameters of a list have fixed numbers, so that its text depends on which filters are set and on
// nothing that a client wrote.
constexpr int kFirstCameraParameter = 11;
using CameraIds = std::vector<std::string>;

// One more camera would be one more text for the cache: the number is rounded up to a power of two.
std::size_t camera_parameters(const CameraIds& ids) {
  return std::bit_ceil(ids.size());
}

std::string camera_condition(const CameraIds& ids, int first) {
  std::string sql = " AND camera_id IN (";
  for (std::size_t i = 0; i < camera_parameters(ids); ++i)
    sql += fmt::format("{}?{}", i == 0 ? "" : ", ", first + static_cast<int>(i));
  return sql + ")";
}

void bind_cameras(Statement& statement, const CameraIds& ids, int first) {
  for (std::size_t i = 0; i < camera_parameters(ids); ++i)
    statement.bind_at(first + static_cast<int>(i), ids[std::min(i, ids.size() - 1)]);
}

// Which index to walk. Without statistics SQLite takes any of those that fit, and with them it does not know
// that most events are persons and few are falls: the choice between 1 and 20 ms at 100,000 events.
std::string_view source_of(const EventFilter& filter, bool to_count) {
  using domain::EventSeverity;
  using domain::EventType;
  const bool rare_type =
      filter.type && *filter.type != EventType::kPerson && *filter.type != EventType::kVehicle;
  if (filter.camera_ids && filter.camera_ids->size() == 1) return "events INDEXED BY events_by_camera ";
  if (rare_type) return "events INDEXED BY events_by_type ";
  if (filter.severity && *filter.severity >= EventSeverity::kHigh)
    return "events INDEXED BY events_by_severity ";
  if (filter.camera_ids && to_count) return "events INDEXED BY events_by_camera ";
  // A page over several cameras walks the time until it is full: their own parts would have to be sorted
  // first.
  if (filter.started_from || filter.camera_ids) return "events INDEXED BY events_by_time ";
  if (filter.type) return "events INDEXED BY events_by_type ";
  if (filter.severity) return "events INDEXED BY events_by_severity ";
  if (filter.acknowledged) return "events INDEXED BY events_by_acknowledged ";
  return "events ";
}

std::string where_of(const EventFilter& filter, bool with_cursor) {
  std::string sql = "WHERE 1";
  if (filter.camera_ids) sql += camera_condition(*filter.camera_ids, kFirstCameraParameter);
  if (filter.type) sql += " AND type = ?1";
  if (filter.severity) sql += " AND severity = ?2";
  if (filter.started_from) sql += " AND started_at_us >= ?3";
  if (filter.started_until) sql += " AND started_at_us < ?4";
  if (filter.acknowledged) sql += " AND acknowledged = ?5";
  if (filter.confidence_min) sql += " AND confidence >= ?6";
  if (with_cursor) sql += " AND (started_at_us, id) < (?7, ?8)";
  return sql;
}

void bind_list(Statement& statement, const EventFilter& filter, const EventPageRequest& page,
               std::int64_t limit) {
  std::optional<std::string_view> type;
  std::optional<std::string_view> severity;
  if (filter.type) type = to_text(*filter.type);
  if (filter.severity) severity = to_text(*filter.severity);
  const EventKey after = page.after.value_or(EventKey{});
  statement.bind(type, severity, filter.started_from, filter.started_until, filter.acknowledged,
                 filter.confidence_min, after.started_at, after.id, page.offset, limit);
  if (filter.camera_ids) bind_cameras(statement, *filter.camera_ids, kFirstCameraParameter);
}

void count_events(Database& db, const EventFilter& filter, const EventPageRequest& request, EventPage& page) {
  const std::int64_t limit = request.count_exact ? -1 : kTotalMax + 1;
  Statement statement =
      db.prepare("SELECT count(*), ?9 FROM (SELECT 1 FROM " + std::string{source_of(filter, true)} +
                 where_of(filter, false) + " LIMIT ?10)");
  bind_list(statement, filter, request, limit);
  statement.step();
  statement.fetch(page.total);
  page.total_capped = !request.count_exact && page.total > kTotalMax;
  if (page.total_capped) page.total = kTotalMax;
}

}  // namespace

void SqliteEvents::upsert_events(const std::vector<domain::Event>& events) {
  if (events.empty()) return;
  store_.write([&](Database& db) {
    for (const domain::Event& event : events) upsert_event(db, event);
  });
}

Result<domain::Event> SqliteEvents::annotate_event(std::string_view id, const EventAnnotation& annotation) {
  return store_.write([&](Database& db) -> Result<domain::Event> {
    if (annotation.acknowledged && *annotation.acknowledged) {
      db.run(
          "UPDATE events SET acknowledged = 1, acknowledged_by = ?2, acknowledged_at_us = ?3 "
          "WHERE id = ?1 AND acknowledged = 0",
          id, annotation.by, annotation.at);
    } else if (annotation.acknowledged) {
      db.run(
          "UPDATE events SET acknowledged = 0, acknowledged_by = NULL, acknowledged_at_us = NULL WHERE id = "
          "?1",
          id);
    }
    if (annotation.notes)
      db.run("UPDATE events SET notes = nullif(?2, '') WHERE id = ?1", id, *annotation.notes);
    db.run("UPDATE events SET updated_at_us = ?2 WHERE id = ?1", id, annotation.at);
    auto event = find_in(db, id);
    if (!event) return not_found("Event not found");
    return std::move(*event);
  });
}

Status SqliteEvents::delete_event(std::string_view id) {
  return store_.write([&](Database& db) -> Status {
    if (db.run("DELETE FROM events WHERE id = ?1", id) == 0) return not_found("Event not found");
    return {};
  });
}

std::optional<domain::Event> SqliteEvents::find_event(std::string_view id) {
  return store_.read([&](Database& db) { return find_in(db, id); });
}

EventPage SqliteEvents::list_events(const EventFilter& filter, const EventPageRequest& request) {
  EventPage page;
  if (filter.camera_ids && filter.camera_ids->empty()) return page;
  const std::string sql = std::string{kSelect}.append(source_of(filter, false)) +
                          where_of(filter, request.after.has_value()) +
                          " ORDER BY started_at_us DESC, id DESC LIMIT ?10 OFFSET ?9";
  store_.read([&](Database& db) {
    const ReadScope scope{db};
    count_events(db, filter, request, page);
    Statement statement = db.prepare(sql);
    bind_list(statement, filter, request, request.limit + 1);
    while (statement.step()) page.items.push_back(read_event(statement));
  });
  page.has_more = static_cast<std::int64_t>(page.items.size()) > request.limit;
  if (page.has_more) page.items.pop_back();
  return page;
}

EventChanges SqliteEvents::list_changed_since(const std::optional<CameraIds>& camera_ids, UtcTime from,
                                              std::int64_t limit) {
  EventChanges changes;
  if (camera_ids && camera_ids->empty()) return changes;
  constexpr int kFirstCamera = 3;
  const std::string source = "events INDEXED BY events_by_update WHERE updated_at_us >= ?1" +
                             (camera_ids ? camera_condition(*camera_ids, kFirstCamera) : "");
  store_.read([&](Database& db) {
    const ReadScope scope{db};
    const auto select = [&](const std::string& sql) {
      Statement statement = db.prepare(sql);
      statement.bind(from, limit);
      if (camera_ids) bind_cameras(statement, *camera_ids, kFirstCamera);
      return statement;
    };
    Statement newest =
        select(std::string{kSelect} + source + " ORDER BY updated_at_us DESC, id DESC LIMIT ?2");
    while (newest.step()) changes.items.push_back(read_event(newest));
    if (static_cast<std::int64_t>(changes.items.size()) < limit) return;
    Statement count = select("SELECT max(0, count(*) - ?2) FROM " + source);
    count.step();
    count.fetch(changes.beyond);
  });
  std::reverse(changes.items.begin(), changes.items.end());
  return changes;
}

std::vector<domain::Event> SqliteEvents::list_open_events() {
  return store_.read([](Database& db) {
    std::vector<domain::Event> events;
    Statement statement =
        db.prepare(std::string{kSelect} + "events WHERE ended_at_us IS NULL ORDER BY started_at_us, id");
    while (statement.step()) events.push_back(read_event(statement));
    return events;
  });
}

}  // namespace sentinel::storage::sqlite
