// The wire contract of /api/events.
#pragma once

#include "api/schemas/common.hpp"

namespace sentinel::api {

enum class CountMode { kExact };
inline constexpr std::array<std::string_view, 1> kCountModeNames{"exact"};

}  // namespace sentinel::api

namespace sentinel::schema {

template <>
struct EnumText<api::CountMode> {
  static constexpr std::string_view name = "CountMode";
  static constexpr auto& texts = api::kCountModeNames;
  static constexpr bool literal = true;
};

}  // namespace sentinel::schema

namespace sentinel::api {

struct EventFilters {
  std::optional<std::string> camera_id;
  std::optional<domain::EventType> type;
  std::optional<domain::EventSeverity> severity;
  std::optional<UtcTime> start, end;
  std::optional<bool> acknowledged;
  std::optional<double> min_confidence;
  std::int64_t limit = 50, offset = 0;
  std::optional<std::string> cursor;
  std::optional<CountMode> count;
  static constexpr auto fields() {
    using Self = EventFilters;
    return object<Self>(
        "EventFilters", optional("camera_id", &Self::camera_id, min_length{1}, max_length{64}),
        optional("type", &Self::type), optional("severity", &Self::severity),
        optional("start", &Self::start, doc{"Events that started at or after this time."}),
        optional("end", &Self::end, doc{"Events that started before this time."}),
        optional("acknowledged", &Self::acknowledged),
        optional("min_confidence", &Self::min_confidence, ge{0}, le{1}),
        defaulted("limit", &Self::limit, ge{1}, le{kPageLimitMax}),
        defaulted("offset", &Self::offset, ge{0}, le{kPageOffsetMax}),
        optional("cursor", &Self::cursor, doc{"The next_cursor of the page before; in place of offset."}),
        optional("count", &Self::count, doc{"exact: count all matches, also beyond 10,000."}));
  }
};

struct EventResponse {
  static constexpr std::string_view kListName = "EventListResponse";
  std::string id, camera_id;
  domain::EventType type = domain::EventType::kCustom;
  domain::EventSeverity severity = domain::EventSeverity::kLow;
  float confidence = 0;
  std::optional<std::string> label, description;
  schema::RawJson metadata;
  std::optional<std::int64_t> track_id;
  std::optional<std::vector<float>> box;
  UtcTime started_at{};
  std::optional<UtcTime> ended_at;
  UtcTime updated_at{};
  bool acknowledged = false;
  std::optional<std::string> acknowledged_by;
  std::optional<UtcTime> acknowledged_at;
  std::optional<std::string> notes, rule_id, zone_id, snapshot_url;
  static constexpr auto fields() {
    using Self = EventResponse;
    return object<Self>(
        "EventResponse", required("id", &Self::id, doc{"evt_ and a part that sorts by time."}),
        required("camera_id", &Self::camera_id), required("type", &Self::type),
        required("severity", &Self::severity), required("confidence", &Self::confidence),
        optional("label", &Self::label, doc{"The model's class."}),
        optional("description", &Self::description), required("metadata", &Self::metadata),
        optional("track_id", &Self::track_id),
        optional("box", &Self::box, doc{"x, y, width, height in 0..1 of the snapshot."}),
        required("started_at", &Self::started_at),
        optional("ended_at", &Self::ended_at, doc{"null while it lasts."}),
        required("updated_at", &Self::updated_at, doc{"When it was last written, also by people."}),
        required("acknowledged", &Self::acknowledged), optional("acknowledged_by", &Self::acknowledged_by),
        optional("acknowledged_at", &Self::acknowledged_at), optional("notes", &Self::notes),
        optional("rule_id", &Self::rule_id), optional("zone_id", &Self::zone_id),
        optional("snapshot_url", &Self::snapshot_url));
  }
};

struct SnapshotQuery {
  bool boxes = true;
  static constexpr auto fields() {
    return object<SnapshotQuery>("SnapshotQuery",
                                 defaulted("boxes", &SnapshotQuery::boxes, doc{"With the box drawn in."}));
  }
};

}  // namespace sentinel::api
