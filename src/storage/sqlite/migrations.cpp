#include "storage/sqlite/migrations.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

#include "base/log.hpp"

namespace sentinel::storage::sqlite {
namespace {

// Times are microseconds since 1970 in UTC. Enums are their texts on the wire. AUTOINCREMENT: the id of a
// user or the number of a camera that was deleted does not come back to life with another's tokens or events.
constexpr std::string_view kFirst = R"sql(
CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  username TEXT NOT NULL UNIQUE,
  email TEXT,
  full_name TEXT,
  role TEXT NOT NULL,
  is_active INTEGER NOT NULL,
  password_hash TEXT NOT NULL,
  created_at_us INTEGER NOT NULL,
  last_login_us INTEGER
) STRICT;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  refresh_hash TEXT NOT NULL UNIQUE,
  previous_refresh_hash TEXT,
  created_at_us INTEGER NOT NULL,
  expires_at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_previous ON sessions (previous_refresh_hash) WHERE previous_refresh_hash IS NOT NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires_at_us);

CREATE TABLE cameras (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  location TEXT,
  fps_max REAL NOT NULL,
  enabled INTEGER NOT NULL,
  created_at_us INTEGER NOT NULL,
  credentials BLOB
) STRICT;

CREATE TABLE events (
  id TEXT NOT NULL UNIQUE,
  camera_id TEXT NOT NULL,
  type TEXT NOT NULL,
  severity TEXT NOT NULL,
  confidence REAL NOT NULL,
  label TEXT,
  description TEXT,
  metadata TEXT NOT NULL,
  track_id INTEGER,
  box_x REAL,
  box_y REAL,
  box_width REAL,
  box_height REAL,
  started_at_us INTEGER NOT NULL,
  ended_at_us INTEGER,
  acknowledged INTEGER NOT NULL,
  acknowledged_by TEXT,
  acknowledged_at_us INTEGER,
  notes TEXT,
  rule_id TEXT,
  zone_id TEXT,
  has_snapshot INTEGER NOT NULL
) STRICT;
CREATE INDEX events_by_time ON events (started_at_us, id, camera_id, type, severity, acknowledged, confidence);
CREATE INDEX events_by_camera ON events (camera_id, started_at_us, id, type, severity, acknowledged, confidence);
CREATE INDEX events_by_type ON events (type, started_at_us, id, camera_id, severity, acknowledged, confidence);
CREATE INDEX events_by_severity ON events (severity, started_at_us, id, camera_id, type, acknowledged, confidence);
CREATE INDEX events_by_acknowledged ON events (acknowledged, started_at_us, id, camera_id, type, severity, confidence);
CREATE INDEX events_open ON events (started_at_us) WHERE ended_at_us IS NULL;
)sql";

constexpr std::string_view kCameraRights = R"sql(
ALTER TABLE users ADD COLUMN all_cameras INTEGER NOT NULL DEFAULT 0;
CREATE TABLE user_cameras (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  camera_id TEXT NOT NULL,
  PRIMARY KEY (user_id, camera_id)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::string_view kSessionClients = R"sql(
DROP INDEX sessions_by_previous;
ALTER TABLE sessions DROP COLUMN previous_refresh_hash;
ALTER TABLE sessions ADD COLUMN last_used_at_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN user_agent TEXT NOT NULL DEFAULT '';
UPDATE sessions SET last_used_at_us = created_at_us;
)sql";

// The index covers a count within some cameras.
constexpr std::string_view kEventUpdates = R"sql(
ALTER TABLE events ADD COLUMN updated_at_us INTEGER NOT NULL DEFAULT 0;
UPDATE events SET updated_at_us = coalesce(ended_at_us, started_at_us);
CREATE INDEX events_by_update ON events (updated_at_us, id, camera_id);
)sql";

constexpr std::array kMigrations{
    Migration{1, "users, sessions, cameras and events", kFirst},
    Migration{2, "the cameras that a user may see", kCameraRights},
    Migration{3, "sessions: one refresh hash, and who uses them", kSessionClients},
    Migration{4, "when an event was last written", kEventUpdates},
};

int version_of(Database& database) {
  return static_cast<int>(
      database.first<std::int64_t>("SELECT coalesce(max(version), 0) FROM schema_version").value());
}

void begin(Database& database) {
  database.run("BEGIN EXCLUSIVE");
}

// Applies the step after the present version. False when there is none.
bool apply_next(Database& database, std::span<const Migration> steps) {
  // Read inside the transaction: another process may have been faster.
  begin(database);
  const int version = version_of(database);
  const int known = steps.empty() ? 0 : steps.back().version;
  if (version > known) {
    throw StoreDown(
        fmt::format("the database was written by a newer Sentinel (layout {}, this one knows {}): start that "
                    "one, or restore a "
                    "backup made before the update",
                    version, known));
  }
  if (version == known) {
    database.roll_back();
    return false;
  }
  const Migration& step = steps[static_cast<std::size_t>(version)];
  database.run_script(std::string{step.sql});
  database.run("INSERT INTO schema_version (version, name, applied_at) VALUES (?1, ?2, datetime('now'))",
               step.version, step.name);
  database.run("COMMIT");
  if (version > 0) log::info("store", "the database's layout is now {}: {}", step.version, step.name);
  return true;
}

}  // namespace

std::span<const Migration> migrations() {
  return kMigrations;
}

void migrate(Database& database, std::span<const Migration> steps) {
  try {
    begin(database);
    database.run(
        "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, "
        "applied_at TEXT "
        "NOT NULL) STRICT");
    database.run("COMMIT");
    while (apply_next(database, steps)) {
    }
  } catch (...) {
    database.roll_back();
    throw;
  }
}

}  // namespace sentinel::storage::sqlite
