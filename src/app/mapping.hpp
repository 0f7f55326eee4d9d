// From what the configuration states to what the modules are built with. Pure.
#pragma once

#include <vector>

#include "config/cameras_config.hpp"
#include "config/detection_config.hpp"
#include "config/settings.hpp"
#include "domain/camera.hpp"
#include "http/hub.hpp"
#include "http/server.hpp"
#include "pipeline/pipeline_config.hpp"
#include "services/auth_service.hpp"
#include "vision/openvino/openvino_detector.hpp"

namespace sentinel::app {

pipeline::PipelineConfig to_pipeline(const config::DetectionConfig& detection,
                                     const config::ProcessingSettings& processing);
vision::DetectorConfig to_detector(const config::DetectionConfig& detection,
                                   const config::Settings& settings);
services::AuthConfig to_auth(const config::SecuritySettings& security);
http::ServerConfig to_server(const config::ApiSettings& api);
http::HubConfig to_hub(const config::WebSocketSettings& websocket);
// `now` becomes created_at: the file says nothing about it.
std::vector<domain::Camera> to_cameras(const config::CamerasFile& file,
                                       const config::DetectionConfig& detection, UtcTime now);

}  // namespace sentinel::app
