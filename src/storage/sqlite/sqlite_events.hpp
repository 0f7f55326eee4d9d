// Events in SQLite.
#pragma once

#include "storage/event_repository.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace sentinel::storage::sqlite {

class SqliteEvents final : public EventRepository {
 public:
  explicit SqliteEvents(SqliteStore& store) : store_{store} {}

  void upsert_events(const std::vector<domain::Event>& events) override;
  Result<domain::Event> annotate_event(std::string_view id, const EventAnnotation& annotation) override;
  Status delete_event(std::string_view id) override;
  std::optional<domain::Event> find_event(std::string_view id) override;
  EventPage list_events(const EventFilter& filter, const EventPageRequest& page) override;
  EventChanges list_changed_since(const std::optional<std::vector<std::string>>& camera_ids, UtcTime from,
                                  std::int64_t limit) override;
  std::vector<domain::Event> list_open_events() override;

 private:
  SqliteStore& store_;
};

}  // namespace sentinel::storage::sqlite
