#include "api/mapping.hpp"
#include "api/routes/routes.hpp"
#include "api/schemas/event.hpp"

namespace sentinel::api {
namespace {

Result<ListOf<EventResponse>> list_events(Services& services, const auth::Caller& who,
                                          Query<EventFilters> filters) {
  const auto found = services.events.list(who.cameras, to_domain(*filters));
  if (!found) return found.error();
  ListOf<EventResponse> out;
  for (const domain::Event& event : found->page.items) out.items.push_back(to_wire(event));
  out.total = found->page.total;
  out.total_capped = found->page.total_capped;
  out.limit = filters->limit;
  out.offset = filters->offset;
  out.next_cursor = found->next_cursor;
  return out;
}

Result<EventResponse> get_event(Services& services, const auth::Caller& who, PathId id) {
  const auto event = services.events.get(who.cameras, id.value);
  if (!event) return event.error();
  return to_wire(*event);
}

Result<Bytes> event_snapshot(Services& services, const auth::Caller& who, PathId id,
                             Query<SnapshotQuery> query) {
  const auto jpeg = services.events.snapshot(who.cameras, id.value, query->boxes);
  if (!jpeg) return jpeg.error();
  return Bytes{std::string{jpeg->begin(), jpeg->end()}};
}

}  // namespace

void add_event_routes(RouteTable& table) {
  const auto viewer = http::Auth::role(auth::Role::kViewer);
  table.get("/api/events", list_events,
            {.id = "list_events",
             .tag = "events",
             .summary = "Events, newest first",
             .auth = viewer,
             .errors = {ErrorKind::kInvalid}});
  table.get("/api/events/{id}", get_event,
            {.id = "get_event",
             .tag = "events",
             .summary = "One event",
             .auth = viewer,
             .errors = {ErrorKind::kNotFound, ErrorKind::kForbidden}});
  table.get("/api/events/{id}/snapshot", event_snapshot,
            {.id = "event_snapshot",
             .tag = "events",
             .summary = "The best picture of an event",
             .auth = viewer,
             .errors = {ErrorKind::kNotFound, ErrorKind::kForbidden},
             .media_type = "image/jpeg",
             .cookie_allowed = true});
}

}  // namespace sentinel::api
