// Finding events and their pictures.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/user.hpp"
#include "base/error.hpp"
#include "domain/event.hpp"
#include "storage/event_repository.hpp"
#include "storage/media_store.hpp"

namespace sentinel::services {

struct EventListQuery {
  storage::EventFilter filter;
  std::int64_t limit = 50;
  std::int64_t offset = 0;
  std::optional<std::string> cursor;
  bool count_exact = false;
};
struct EventList {
  storage::EventPage page;
  std::optional<std::string> next_cursor;
};

// What a client that was away has to be told.
struct EventReplay {
  struct Change {
    bool is_new = false;  // made after the event that the client has
    domain::Event event;
  };
  std::vector<Change> changes;  // in the order of their writing
  std::int64_t beyond = 0;      // older changes that are left out
};

// Thread-safe; blocks on the stores. Every call takes the cameras that its caller may see; an event of
// another camera is kForbidden, and is in no list.
class EventService {
 public:
  EventService(storage::EventRepository& events, storage::MediaStore& media)
      : events_{events}, media_{media} {}

  // kInvalid for a cursor that this server did not make.
  Result<EventList> list(const auth::CameraRights& rights, const EventListQuery& query);
  // All that was written since the making of the event with this id, which may have been deleted: what
  // opened, changed or ended, the newest kSinceMax of it. It begins kSinceMargin before, because several
  // pipelines make ids and their events are written in another order: some changes will be known to the
  // client. kInvalid for a text that is no event's id.
  Result<EventReplay> since(const auth::CameraRights& rights, std::string_view id);
  static constexpr std::int64_t kSinceMax = 1'000;
  static constexpr std::chrono::seconds kSinceMargin{10};
  Result<domain::Event> get(const auth::CameraRights& rights, std::string_view id);
  // The JPEG. kNotFound for an event without one.
  Result<std::vector<std::uint8_t>> snapshot(const auth::CameraRights& rights, std::string_view id,
                                             bool boxes);

 private:
  storage::EventRepository& events_;
  storage::MediaStore& media_;
};

}  // namespace sentinel::services
