// The cameras: those of cameras.yaml and those made by the API, what they do and how they fare.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/user.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/guarded.hpp"
#include "domain/camera.hpp"
#include "pipeline/orchestrator.hpp"
#include "storage/camera_repository.hpp"

namespace sentinel::services {

// A new camera as a client states it: the URL may still carry credentials.
struct CameraDraft {
  std::string name;
  std::string url;
  std::optional<std::string> location;
  std::optional<std::string> username;
  std::optional<std::string> password;
  double fps_max = 10;
};

// Absent members leave the camera as it is; an inner absence clears.
struct CameraPatch {
  std::optional<std::string> name;
  std::optional<std::string> url;
  std::optional<std::optional<std::string>> location;
  std::optional<std::optional<std::string>> username;
  std::optional<std::optional<std::string>> password;
  std::optional<double> fps_max;
};

struct CameraView {
  domain::Camera camera;  // to be shown: secrets in the URL's query ("?password=") are masked
  domain::CameraStats stats;
};

// Thread-safe. Calls that change a camera take turns and block on its threads for up to 2 s; no other camera
// is touched. Calls that anybody but an admin may make take the cameras that the caller may see: another one
// is kForbidden, whether it exists or not.
class CameraService {
 public:
  // Checks what can be known of a camera without opening it; see media::check_source.
  using CheckSource = std::function<Status(const domain::Camera&)>;

  CameraService(storage::CameraRepository& cameras, pipeline::Orchestrator& orchestrator, CheckSource check,
                const Clock& clock);

  // Takes the cameras of cameras.yaml in place of those it took before: starts new ones, restarts changed
  // ones, stops those that are gone. Cameras made by the API are started by the first call.
  // A camera that somebody stopped stays stopped, unless its entry is new or enabled anew.
  void apply_file(const std::vector<domain::Camera>& from_file);
  // The same, and restarts every camera that runs: the orchestrator's settings have changed.
  void apply_settings(const std::vector<domain::Camera>& from_file);

  std::vector<CameraView> list(const auth::CameraRights& rights);
  Result<CameraView> get(const auth::CameraRights& rights, std::string_view id);
  // kInvalid, kForbidden: the URL is unfit, or outside CAMERA_ALLOWED_NETWORKS or FILE_SOURCE_ROOTS.
  Result<CameraView> create(const CameraDraft& draft);
  Result<CameraView> update(std::string_view id, const CameraPatch& patch);  // kConflict for one of the file
  Status remove(std::string_view id);                                        // likewise
  Result<CameraView> start(const auth::CameraRights& rights, std::string_view id);
  Result<CameraView> stop(const auth::CameraRights& rights, std::string_view id);

 private:
  std::optional<domain::Camera> find(std::string_view id);
  std::vector<domain::Camera> all();  // secrets included
  CameraView view(domain::Camera camera) const;
  Result<CameraView> set_enabled(const auth::CameraRights& rights, std::string_view id, bool enabled);
  void run(const domain::Camera& camera);
  bool is_running(const std::string& id) const;
  void take_over(const std::vector<domain::Camera>& from_file, bool restart_all);

  storage::CameraRepository& cameras_;
  pipeline::Orchestrator& orchestrator_;
  const CheckSource check_;
  const Clock& clock_;
  std::mutex change_;  // makes changes take turns; guards no data of its own
  Guarded<std::vector<domain::Camera>> from_file_;
  bool started_ = false;
};

}  // namespace sentinel::services
