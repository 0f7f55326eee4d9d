// Cameras made by the API. Those of config/cameras.yaml live in the file alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "domain/camera.hpp"

namespace sentinel::storage {

// Thread-safe. Credentials are encrypted by the implementation before they touch the disk.
class CameraRepository {
 public:
  virtual ~CameraRepository() = default;
  // Gives the camera the id camera_N, N one more than the highest ever given and not in `taken`.
  virtual domain::Camera insert_camera(const domain::Camera& camera, const std::vector<std::string>& taken) = 0;
  virtual std::vector<domain::Camera> list_cameras() = 0;
  virtual std::optional<domain::Camera> find_camera(std::string_view id) = 0;
  virtual Status update_camera(const domain::Camera& camera) = 0;  // kNotFound
  virtual Status delete_camera(std::string_view id) = 0;           // kNotFound
};

}  // namespace sentinel::storage
