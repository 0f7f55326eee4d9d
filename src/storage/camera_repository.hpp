// Cameras made by the API. Those of config/cameras.yaml live in the file alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "domain/camera.hpp"

namespace sentinel::storage {

// Thread-safe; a broken store throws StoreDown. Credentials and the URL's query are encrypted by the
// implementation (sealed_camera.hpp) before they touch the disk. Ones that do not open (SECRET_KEY was
// changed) are read as absent and reported to the log once, and stay stored until update_camera() brings new
// ones: the old key back makes them readable again.
class CameraRepository {
 public:
  virtual ~CameraRepository() = default;
  // Gives the camera the id camera_N, N at least one more than the highest ever given, and not in `taken`
  // (the ids of the file). A deleted camera's id does not come back: its events keep it.
  virtual domain::Camera insert_camera(const domain::Camera& camera,
                                       const std::vector<std::string>& taken) = 0;
  virtual std::vector<domain::Camera> list_cameras() = 0;  // in the order of their making
  virtual std::optional<domain::Camera> find_camera(std::string_view id) = 0;
  virtual Status update_camera(const domain::Camera& camera) = 0;  // all but id and created_at; kNotFound
  virtual Status delete_camera(std::string_view id) = 0;           // kNotFound
};

}  // namespace sentinel::storage
