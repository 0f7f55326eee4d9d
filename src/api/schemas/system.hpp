// The wire contract of health and /api/models.
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

}  // namespace sentinel::api
