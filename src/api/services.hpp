// What the handlers may use: the use cases, and facts that do not change while the server runs.
#pragma once

#include <string>
#include <vector>

#include "services/auth_service.hpp"
#include "services/camera_service.hpp"
#include "services/event_service.hpp"
#include "services/user_service.hpp"

namespace sentinel::api {

// The detector's model, as /api/models shows it.
struct ModelFacts {
  std::string file, sha256, head, device, license;
  int input_width = 0;
  int input_height = 0;
  std::vector<std::string> class_names;
};

// References: App built them before and keeps them longer.
struct Services {
  services::AuthService& auth;
  services::UserService& users;
  services::CameraService& cameras;
  services::EventService& events;
  std::vector<ModelFacts> models;
  std::string version;
};

}  // namespace sentinel::api
