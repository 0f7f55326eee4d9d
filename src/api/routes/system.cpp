#include "api/schemas/system.hpp"
#include "api/page.hpp"
#include "api/routes/routes.hpp"

namespace sentinel::api {
namespace {

Result<ListOf<ModelResponse>> list_models(Services& services, Query<PageQuery> page) {
  std::vector<ModelResponse> all;
  for (const ModelFacts& model : services.models) {
    all.push_back({model.file, model.sha256, model.input_width, model.input_height, model.head, model.device,
                   model.license, model.class_names});
  }
  return page_of(std::move(all), *page);
}

Result<PerformanceResponse> performance(Services& services, const auth::Caller& who) {
  PerformanceResponse out;
  for (const auto& [camera, stats] : services.cameras.list(who.cameras)) {
    out.cameras.push_back({camera.id, stats.status, stats.fps_in, stats.fps_analysed, stats.frames_inferred,
                           stats.frames_dropped});
    out.cameras_active += stats.status == domain::CameraStatus::kActive ? 1 : 0;
    out.cameras_total += 1;
    out.fps_in += stats.fps_in;
    out.fps_analysed += stats.fps_analysed;
    out.frames_inferred += stats.frames_inferred;
    out.frames_dropped += stats.frames_dropped;
  }
  return out;
}

}  // namespace

void add_system_routes(RouteTable& table) {
  table.get("/api/stats/performance", performance,
            {.id = "performance",
             .tag = "system",
             .summary = "How fast the cameras are read and analysed",
             .auth = http::Auth::role(auth::Role::kViewer)});
  table.get("/api/models", list_models,
            {.id = "list_models",
             .tag = "system",
             .summary = "The models in use",
             .auth = http::Auth::role(auth::Role::kViewer),
             .run = http::Run::kInline});
}

}  // namespace sentinel::api
