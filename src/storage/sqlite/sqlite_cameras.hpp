// Cameras in SQLite. Their credentials and the query of their URL are sealed by the store's key with the
// camera's id as context, so that a row's box opens in that row only.
#pragma once

#include <set>
#include <string>

#include "base/guarded.hpp"
#include "storage/camera_repository.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace sentinel::storage::sqlite {

class SqliteCameras final : public CameraRepository {
 public:
  explicit SqliteCameras(SqliteStore& store) : store_{store} {}

  domain::Camera insert_camera(const domain::Camera& camera, const std::vector<std::string>& taken) override;
  std::vector<domain::Camera> list_cameras() override;
  std::optional<domain::Camera> find_camera(std::string_view id) override;
  Status update_camera(const domain::Camera& camera) override;
  Status delete_camera(std::string_view id) override;

 private:
  domain::Camera read_camera(Statement& row);

  SqliteStore& store_;
  Guarded<std::set<std::string>>
      reported_;  // cameras whose credentials do not open: one line each in the log
};

}  // namespace sentinel::storage::sqlite
