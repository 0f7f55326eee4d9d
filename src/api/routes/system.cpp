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

}  // namespace

void add_system_routes(RouteTable& table) {
  table.get("/api/models", list_models,
            {.id = "list_models",
             .tag = "system",
             .summary = "The models in use",
             .auth = http::Auth::role(auth::Role::kViewer),
             .run = http::Run::kInline});
}

}  // namespace sentinel::api
