#include "services/event_service.hpp"

#include <algorithm>
#include <charconv>

#include "base/ids.hpp"
#include "services/event_log.hpp"

namespace sentinel::services {
namespace {

// "<microseconds>_<id>": opaque to clients, and free of anything to escape.
std::string to_cursor(const domain::Event& last) {
  return std::to_string(last.started_at.time_since_epoch().count()) + "_" + last.id;
}

std::optional<storage::EventKey> from_cursor(std::string_view text) {
  std::int64_t micros = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), micros);
  const auto used = static_cast<std::size_t>(end - text.data());
  if (fault != std::errc{} || used >= text.size() || text[used] != '_' || text.size() > 128)
    return std::nullopt;
  return storage::EventKey{UtcTime{std::chrono::microseconds{micros}}, std::string{text.substr(used + 1)}};
}

// The filter, and nothing of cameras that the caller may not see.
storage::EventFilter within(const auth::CameraRights& rights, storage::EventFilter filter) {
  if (rights.all) return filter;
  if (filter.camera_ids) {
    std::erase_if(*filter.camera_ids, [&](const std::string& id) { return !rights.include(id); });
  } else {
    filter.camera_ids = rights.ids;
  }
  return filter;
}

Error unknown_event() {
  return not_found("Event not found");
}

}  // namespace

Result<EventList> EventService::list(const auth::CameraRights& rights, const EventListQuery& query) {
  storage::EventPageRequest page;
  page.limit = query.limit;
  page.offset = query.offset;
  page.count_exact = query.count_exact;
  if (query.cursor) {
    page.after = from_cursor(*query.cursor);
    if (!page.after) return invalid("cursor: not one that this server gave; start again without it");
  }
  EventList out{events_.list_events(within(rights, query.filter), page), std::nullopt};
  if (out.page.has_more && !out.page.items.empty()) out.next_cursor = to_cursor(out.page.items.back());
  return out;
}

Result<EventReplay> EventService::since(const auth::CameraRights& rights, std::string_view id) {
  const auto made_at = time_of_id(id, "evt_");
  if (!made_at) return invalid("since: not the id of an event");
  storage::EventChanges found =
      events_.list_changed_since(within(rights, {}).camera_ids, *made_at - kSinceMargin, kSinceMax);
  EventReplay replay{.changes = {}, .beyond = found.beyond};
  for (domain::Event& event : found.items) {
    const bool is_new = event.id > id;
    replay.changes.push_back({is_new, std::move(event)});
  }
  return replay;
}

Result<domain::Event> EventService::get(const auth::CameraRights& rights, std::string_view id) {
  auto event = events_.find_event(id);
  if (!event) return unknown_event();
  if (!rights.include(event->camera_id)) return forbidden("Not enough permissions");
  return *event;
}

Result<std::vector<std::uint8_t>> EventService::snapshot(const auth::CameraRights& rights,
                                                         std::string_view id, bool boxes) {
  const auto event = get(rights, id);
  if (!event) return event.error();
  if (!event->has_snapshot) return not_found("This event has no snapshot");
  return media_.get(snapshot_key(*event, boxes));
}

}  // namespace sentinel::services
