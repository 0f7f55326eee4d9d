#include "storage/sqlite/sqlite_cameras.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "storage/sealed_camera.hpp"

namespace sentinel::storage::sqlite {
namespace {

using Box = std::vector<std::uint8_t>;

constexpr std::string_view kSelect =
    "SELECT id, name, url, location, fps_max, enabled, created_at_us, credentials FROM cameras ";

Error no_camera() {
  return not_found("Camera not found");
}

}  // namespace

domain::Camera SqliteCameras::read_camera(Statement& row) {
  domain::Camera camera;
  std::optional<Box> box;
  row.fetch(camera.id, camera.name, camera.url, camera.location, camera.fps_max, camera.enabled,
            camera.created_at, box);
  if (!box || open_secrets(store_.credentials_key(), *box, camera)) return camera;
  if (reported_.with([&](auto& ids) { return ids.insert(camera.id).second; })) {
    log::error(camera.id,
               "the stored credentials do not open: was SECRET_KEY changed? Enter them anew, or bring the "
               "old key back");
  }
  return camera;
}

domain::Camera SqliteCameras::insert_camera(const domain::Camera& camera,
                                            const std::vector<std::string>& taken) {
  return store_.write([&](Database& db) {
    std::int64_t number =
        db.first<std::int64_t>("SELECT seq FROM sqlite_sequence WHERE name = 'cameras'").value_or(0) + 1;
    domain::Camera stored = camera;
    stored.from_file = false;
    for (;; ++number) {
      stored.id = fmt::format("camera_{}", number);
      if (std::find(taken.begin(), taken.end(), stored.id) == taken.end()) break;
    }
    db.run(
        "INSERT INTO cameras (number, id, name, url, location, fps_max, enabled, created_at_us, credentials) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        number, stored.id, stored.name, open_url(stored), stored.location, stored.fps_max, stored.enabled,
        stored.created_at, seal_secrets(store_.credentials_key(), stored));
    return stored;
  });
}

std::vector<domain::Camera> SqliteCameras::list_cameras() {
  return store_.read([&](Database& db) {
    std::vector<domain::Camera> cameras;
    Statement statement = db.prepare(std::string{kSelect} + "ORDER BY number");
    while (statement.step()) cameras.push_back(read_camera(statement));
    return cameras;
  });
}

std::optional<domain::Camera> SqliteCameras::find_camera(std::string_view id) {
  return store_.read([&](Database& db) -> std::optional<domain::Camera> {
    Statement statement = db.prepare(std::string{kSelect} + "WHERE id = ?1");
    if (!statement.bind(id).step()) return std::nullopt;
    return read_camera(statement);
  });
}

Status SqliteCameras::update_camera(const domain::Camera& camera) {
  const auth::Key& key = store_.credentials_key();
  std::optional<Box> box = seal_secrets(key, camera);
  return store_.write([&](Database& db) -> Status {
    const auto stored =
        db.first<std::optional<Box>>("SELECT credentials FROM cameras WHERE id = ?1", camera.id);
    if (!stored) return no_camera();
    // The caller could not see what does not open, so it did not mean to remove it.
    domain::Camera known = camera;
    const bool keep = !box && *stored && !open_secrets(key, **stored, known);
    db.run(
        "UPDATE cameras SET name = ?2, url = ?3, location = ?4, fps_max = ?5, enabled = ?6, credentials = ?7 "
        "WHERE id = ?1",
        camera.id, camera.name, open_url(camera), camera.location, camera.fps_max, camera.enabled,
        keep ? *stored : box);
    return {};
  });
}

Status SqliteCameras::delete_camera(std::string_view id) {
  return store_.write([&](Database& db) -> Status {
    if (db.run("DELETE FROM cameras WHERE id = ?1", id) == 0) return no_camera();
    return {};
  });
}

}  // namespace sentinel::storage::sqlite
