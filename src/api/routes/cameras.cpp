#include "api/mapping.hpp"
#include "api/page.hpp"
#include "api/routes/routes.hpp"
#include "api/schemas/camera.hpp"

namespace sentinel::api {
namespace {

Result<ListOf<CameraResponse>> list_cameras(Services& services, const auth::Caller& who,
                                            Query<PageQuery> page) {
  std::vector<CameraResponse> all;
  for (const auto& view : services.cameras.list(who.cameras)) all.push_back(to_wire(view));
  return page_of(std::move(all), *page);
}

Result<CameraResponse> reply(const Result<services::CameraView>& view) {
  if (!view) return view.error();
  return to_wire(*view);
}

Result<CameraResponse> get_camera(Services& services, const auth::Caller& who, PathId id) {
  return reply(services.cameras.get(who.cameras, id.value));
}

Result<Created<CameraResponse>> create_camera(Services& services, Body<CameraCreate> in) {
  const auto view = services.cameras.create(to_domain(*in));
  if (!view) return view.error();
  return Created<CameraResponse>{to_wire(*view)};
}

Result<CameraResponse> update_camera(Services& services, PathId id, Body<CameraUpdate> in) {
  return reply(services.cameras.update(id.value, to_domain(*in)));
}

Result<NoContent> delete_camera(Services& services, PathId id) {
  if (const Status removed = services.cameras.remove(id.value); !removed) return removed.error();
  return NoContent{};
}

Result<CameraResponse> start_camera(Services& services, const auth::Caller& who, PathId id) {
  return reply(services.cameras.start(who.cameras, id.value));
}

Result<CameraResponse> stop_camera(Services& services, const auth::Caller& who, PathId id) {
  return reply(services.cameras.stop(who.cameras, id.value));
}

Result<CameraStatsResponse> camera_stats(Services& services, const auth::Caller& who, PathId id) {
  const auto view = services.cameras.get(who.cameras, id.value);
  if (!view) return view.error();
  return to_stats_wire(*view);
}

}  // namespace

void add_camera_routes(RouteTable& table) {
  const auto viewer = http::Auth::role(auth::Role::kViewer);
  const auto operates = http::Auth::role(auth::Role::kOperator);
  const auto admin = http::Auth::role(auth::Role::kAdmin);
  const std::vector<ErrorKind> unknown{ErrorKind::kNotFound, ErrorKind::kForbidden};
  const std::vector<ErrorKind> unfit{ErrorKind::kInvalid, ErrorKind::kForbidden, ErrorKind::kUnsupported};
  table.get("/api/cameras", list_cameras,
            {.id = "list_cameras", .tag = "cameras", .summary = "All cameras", .auth = viewer});
  table.post("/api/cameras", create_camera,
             {.id = "create_camera",
              .tag = "cameras",
              .summary = "Add a camera and start it",
              .auth = admin,
              .errors = unfit});
  table.get(
      "/api/cameras/{id}", get_camera,
      {.id = "get_camera", .tag = "cameras", .summary = "One camera", .auth = viewer, .errors = unknown});
  std::vector<ErrorKind> update_errors = unfit;
  update_errors.insert(update_errors.end(), {ErrorKind::kNotFound, ErrorKind::kConflict});
  table.put("/api/cameras/{id}", update_camera,
            {.id = "update_camera",
             .tag = "cameras",
             .summary = "Change a camera; what is omitted stays as it is",
             .auth = admin,
             .errors = update_errors});
  table.del("/api/cameras/{id}", delete_camera,
            {.id = "delete_camera",
             .tag = "cameras",
             .summary = "Stop and remove a camera; its events stay",
             .auth = admin,
             .errors = {ErrorKind::kNotFound, ErrorKind::kConflict}});
  table.post("/api/cameras/{id}/start", start_camera,
             {.id = "start_camera",
              .tag = "cameras",
              .summary = "Start a camera",
              .auth = operates,
              .errors = unknown});
  table.post("/api/cameras/{id}/stop", stop_camera,
             {.id = "stop_camera",
              .tag = "cameras",
              .summary = "Stop a camera",
              .auth = operates,
              .errors = unknown});
  table.get("/api/cameras/{id}/stats", camera_stats,
            {.id = "camera_stats",
             .tag = "cameras",
             .summary = "How a camera fares",
             .auth = viewer,
             .errors = unknown});
}

}  // namespace sentinel::api
