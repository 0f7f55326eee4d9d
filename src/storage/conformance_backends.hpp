// What the conformance tests run over: each backend owns one store of each kind, empty at first. A new engine
// is one more struct here and in Backends.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <string>

#include "storage/sqlite/sqlite_cameras.hpp"
#include "storage/sqlite/sqlite_events.hpp"
#include "storage/sqlite/sqlite_store.hpp"
#include "storage/sqlite/sqlite_users.hpp"
#include "tests/fakes/memory_stores.hpp"
#include "tests/fakes/temp_folder.hpp"

namespace sentinel::storage {

struct MemoryBackend {
  fakes::MemoryUsers users;
  fakes::MemoryCameras cameras;
  fakes::MemoryEvents events;
};

struct SqliteBackend {
  fakes::TempFolder folder;
  sqlite::SqliteStore store{{.path = folder.path() / "sentinel.db", .readers = 2}};
  sqlite::SqliteUsers users{store};
  sqlite::SqliteCameras cameras{store};
  sqlite::SqliteEvents events{store};
};

using Backends = testing::Types<MemoryBackend, SqliteBackend>;

struct BackendName {
  template <class Backend>
  static std::string GetName(int) {
    return std::is_same_v<Backend, MemoryBackend> ? "Memory" : "Sqlite";
  }
};

inline UtcTime at_us(std::int64_t microseconds) {
  return UtcTime{std::chrono::microseconds{microseconds}};
}

// Every field of a value as text: what is equal reads equal, and a failed test shows where they differ.
template <class Value>
std::string text_of(const std::optional<Value>& value) {
  return value ? fmt::format("{}", *value) : "none";
}
inline std::string text_of(const std::optional<UtcTime>& time) {
  return time ? std::to_string(time->time_since_epoch().count()) : "none";
}
inline std::string text_of(const auth::User& user) {
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {}", user.id, user.username, text_of(user.email),
                     text_of(user.full_name), to_text(user.role), user.is_active, user.password_hash,
                     text_of(std::optional{user.created_at}), text_of(user.last_login), user.cameras.all,
                     fmt::join(user.cameras.ids, ","));
}
inline std::string text_of(const Session& session) {
  return fmt::format("{} {} {} {} {} {} '{}' '{}'", session.id, session.user_id, session.refresh_hash,
                     text_of(std::optional{session.created_at}), text_of(std::optional{session.expires_at}),
                     text_of(std::optional{session.last_used_at}), session.address, session.user_agent);
}
inline std::string text_of(const domain::Camera& camera) {
  std::string credentials = "none";
  if (camera.credentials) {
    credentials = fmt::format("'{}' '{}'", camera.credentials->username, camera.credentials->password);
  }
  return fmt::format("{} {} {} {} {} {} {} {} {}", camera.id, camera.name, camera.url,
                     text_of(camera.location), camera.fps_max, camera.enabled, camera.from_file,
                     text_of(std::optional{camera.created_at}), credentials);
}
inline std::string text_of(const domain::Event& event) {
  std::string box = "none";
  if (event.box)
    box = fmt::format("{} {} {} {}", event.box->x, event.box->y, event.box->width, event.box->height);
  const std::string first =
      fmt::format("{} {} {} {} {} {} {} {} {} {}", event.id, event.camera_id, to_text(event.type),
                  to_text(event.severity), event.confidence, text_of(event.label), text_of(event.description),
                  event.metadata_json, text_of(event.track_id), box);
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {}", first, text_of(std::optional{event.started_at}),
                     text_of(event.ended_at), event.acknowledged, text_of(event.acknowledged_by),
                     text_of(event.acknowledged_at), text_of(event.notes), text_of(event.rule_id),
                     text_of(event.zone_id), event.has_snapshot, text_of(std::optional{event.updated_at}));
}

}  // namespace sentinel::storage
