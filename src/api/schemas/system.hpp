// The wire contract of health, /api/models and /api/stats.
#pragma once

#include "api/schemas/common.hpp"

namespace sentinel::api {

struct HealthResponse {
  std::string status = "ok", name = "Sentinel", version, docs = "/api/docs";
  static constexpr auto fields() {
    return object<HealthResponse>("HealthResponse", required("status", &HealthResponse::status),
                                  required("name", &HealthResponse::name),
                                  required("version", &HealthResponse::version),
                                  required("docs", &HealthResponse::docs));
  }
};

struct ModelResponse {
  static constexpr std::string_view kListName = "ModelListResponse";
  std::string file, sha256;
  int input_width = 0, input_height = 0;
  std::string head, device, license;
  std::vector<std::string> classes;
  static constexpr auto fields() {
    using Self = ModelResponse;
    return object<Self>("ModelResponse", required("file", &Self::file), required("sha256", &Self::sha256),
                        required("input_width", &Self::input_width),
                        required("input_height", &Self::input_height),
                        required("head", &Self::head, doc{"The shape of the model's output."}),
                        required("device", &Self::device), required("license", &Self::license),
                        required("classes", &Self::classes));
  }
};

struct CameraPerformance {
  std::string camera_id;
  domain::CameraStatus status = domain::CameraStatus::kInactive;
  double fps_in = 0, fps_analysed = 0;
  std::uint64_t frames_inferred = 0, frames_dropped = 0;
  static constexpr auto fields() {
    using Self = CameraPerformance;
    return object<Self>(
        "CameraPerformance", required("camera_id", &Self::camera_id), required("status", &Self::status),
        required("fps_in", &Self::fps_in, doc{"Frames a second that arrive."}),
        required("fps_analysed", &Self::fps_analysed, doc{"Frames a second that are looked at."}),
        required("frames_inferred", &Self::frames_inferred),
        required("frames_dropped", &Self::frames_dropped, doc{"Not inferred: the detector was behind."}));
  }
};

struct PerformanceResponse {
  int cameras_active = 0, cameras_total = 0;
  double fps_in = 0, fps_analysed = 0;
  std::uint64_t frames_inferred = 0, frames_dropped = 0;
  std::vector<CameraPerformance> cameras;
  static constexpr auto fields() {
    using Self = PerformanceResponse;
    return object<Self>("PerformanceResponse", required("cameras_active", &Self::cameras_active),
                        required("cameras_total", &Self::cameras_total),
                        required("fps_in", &Self::fps_in, doc{"The sum over all cameras."}),
                        required("fps_analysed", &Self::fps_analysed, doc{"The sum over all cameras."}),
                        required("frames_inferred", &Self::frames_inferred),
                        required("frames_dropped", &Self::frames_dropped),
                        required("cameras", &Self::cameras));
  }
};

}  // namespace sentinel::api
