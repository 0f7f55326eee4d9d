#include "services/camera_service.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "media/url.hpp"

namespace sentinel::services {
namespace {

Error unknown_camera() {
  return not_found("Camera not found");
}
Error no_right() {
  return forbidden("Not enough permissions");
}
Error of_the_file(std::string_view id) {
  return conflict("Camera " + std::string{id} + " is declared in cameras.yaml: change it there");
}

bool same_source(const domain::Camera& a, const domain::Camera& b) {
  const auto user = [](const domain::Camera& c) { return c.credentials ? c.credentials->username : ""; };
  const auto secret = [](const domain::Camera& c) { return c.credentials ? c.credentials->password : ""; };
  return a.url == b.url && a.fps_max == b.fps_max && user(a) == user(b) && secret(a) == secret(b);
}

std::string host_of(const std::string& url) {
  const auto parsed = media::parse_camera_url(url);
  return parsed ? parsed->url.host : "";
}

// Takes credentials out of a URL that carries them. Those of another host go: whoever may change the address
// must not have the old camera's password sent to a host of his choice.
Status set_url(domain::Camera& camera, const std::string& url) {
  auto parsed = media::parse_camera_url(url);
  if (!parsed) return parsed.error();
  if (host_of(camera.url) != parsed->url.host) camera.credentials.reset();
  camera.url = media::to_text(parsed->url);
  if (parsed->credentials) camera.credentials = std::move(parsed->credentials);
  return {};
}

// Takes over what is stated; an inner absence clears. Neither name nor password: no credentials at all.
void set_credentials(domain::Camera& camera, const std::optional<std::optional<std::string>>& username,
                     const std::optional<std::optional<std::string>>& password) {
  if (!username && !password) return;
  domain::CameraCredentials next = camera.credentials.value_or(domain::CameraCredentials{});
  if (username) next.username = username->value_or("");
  if (password) next.password = password->value_or("");
  const bool none = next.username.empty() && next.password.empty();
  camera.credentials = none ? std::nullopt : std::optional{std::move(next)};
}

// A new camera's field: absent means not stated, not cleared.
std::optional<std::optional<std::string>> stated(const std::optional<std::string>& field) {
  if (!field) return std::nullopt;
  return std::optional<std::optional<std::string>>{std::in_place, *field};
}

}  // namespace

CameraService::CameraService(storage::CameraRepository& cameras, pipeline::Orchestrator& orchestrator,
                             CheckSource check, const Clock& clock)
    : cameras_{cameras}, orchestrator_{orchestrator}, check_{std::move(check)}, clock_{clock} {}

void CameraService::run(const domain::Camera& camera) {
  if (const Status started = orchestrator_.start(camera); !started) {
    log::error(camera.id, "cannot start: {}", started.error().describe());
  }
}

bool CameraService::is_running(const std::string& id) const {
  const auto stats = orchestrator_.stats(id);
  return stats && stats->status != domain::CameraStatus::kInactive;
}

void CameraService::apply_file(const std::vector<domain::Camera>& from_file) {
  take_over(from_file, false);
}

void CameraService::apply_settings(const std::vector<domain::Camera>& from_file) {
  take_over(from_file, true);
}

void CameraService::take_over(const std::vector<domain::Camera>& from_file, bool restart_all) {
  const std::lock_guard turn{change_};
  const std::vector<domain::Camera> before = from_file_.copy();
  from_file_.with([&](auto& cameras) { cameras = from_file; });
  const auto with_id = [](const std::vector<domain::Camera>& all, const std::string& id) {
    return std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.id == id; });
  };
  for (const domain::Camera& old : before) {
    if (with_id(from_file, old.id) == from_file.end()) orchestrator_.forget(old.id);
  }
  for (const domain::Camera& camera : from_file) {
    const auto old = with_id(before, camera.id);
    const bool is_new = old == before.end() || old->enabled != camera.enabled;
    if (!camera.enabled) {
      orchestrator_.stop(camera.id);
    } else if (is_new || (is_running(camera.id) && (restart_all || !same_source(*old, camera)))) {
      run(camera);
    }
  }
  for (const domain::Camera& camera : cameras_.list_cameras()) {
    if (with_id(from_file, camera.id) != from_file.end()) continue;
    const bool begins = !started_ && camera.enabled;
    if (begins || (restart_all && is_running(camera.id))) run(camera);
  }
  started_ = true;
}

CameraView CameraService::view(domain::Camera camera) const {
  domain::CameraStats stats = orchestrator_.stats(camera.id).value_or(domain::CameraStats{});
  if (stats.status_since == UtcTime{}) stats.status_since = camera.created_at;
  camera.url = media::mask_secrets(camera.url);
  return {std::move(camera), std::move(stats)};
}

std::optional<domain::Camera> CameraService::find(std::string_view id) {
  auto declared = from_file_.with([&](const auto& cameras) -> std::optional<domain::Camera> {
    const auto found =
        std::find_if(cameras.begin(), cameras.end(), [&](const auto& c) { return c.id == id; });
    return found == cameras.end() ? std::nullopt : std::optional{*found};
  });
  return declared ? declared : cameras_.find_camera(id);
}

std::vector<domain::Camera> CameraService::all() {
  std::vector<domain::Camera> out = from_file_.copy();
  const std::size_t declared = out.size();
  for (domain::Camera& camera : cameras_.list_cameras()) {
    const auto end = out.begin() + static_cast<std::ptrdiff_t>(declared);
    const bool hidden = std::any_of(out.begin(), end, [&](const auto& d) { return d.id == camera.id; });
    if (!hidden) out.push_back(std::move(camera));
  }
  return out;
}

std::vector<CameraView> CameraService::list(const auth::CameraRights& rights) {
  std::vector<CameraView> out;
  for (domain::Camera& camera : all()) {
    if (rights.include(camera.id)) out.push_back(view(std::move(camera)));
  }
  return out;
}

Result<CameraView> CameraService::get(const auth::CameraRights& rights, std::string_view id) {
  if (!rights.include(id)) return no_right();
  auto camera = find(id);
  if (!camera) return unknown_camera();
  return view(std::move(*camera));
}

Result<CameraView> CameraService::create(const CameraDraft& draft) {
  domain::Camera camera;
  camera.name = draft.name;
  camera.location = draft.location;
  camera.fps_max = draft.fps_max;
  camera.created_at = clock_.utc_now();
  if (const Status fit = set_url(camera, draft.url); !fit) return fit.error();
  set_credentials(camera, stated(draft.username), stated(draft.password));
  if (const Status fit = check_(camera); !fit) return fit.error();
  const std::lock_guard turn{change_};
  std::vector<std::string> taken;
  for (const auto& declared : from_file_.copy()) taken.push_back(declared.id);
  camera = cameras_.insert_camera(camera, taken);
  log::info(camera.id, "created: {}", media::mask_secrets(camera.url));
  run(camera);
  return view(std::move(camera));
}

Result<CameraView> CameraService::update(std::string_view id, const CameraPatch& patch) {
  const std::lock_guard turn{change_};
  auto camera = find(id);
  if (!camera) return unknown_camera();
  if (camera->from_file) return of_the_file(id);
  const domain::Camera before = *camera;
  if (patch.name) camera->name = *patch.name;
  if (patch.location) camera->location = *patch.location;
  if (patch.fps_max) camera->fps_max = *patch.fps_max;
  // A client that sends back what it was shown changes nothing.
  if (patch.url && *patch.url != media::mask_secrets(camera->url)) {
    if (const Status fit = set_url(*camera, *patch.url); !fit) return fit.error();
  }
  set_credentials(*camera, patch.username, patch.password);
  const bool restart = !same_source(before, *camera);
  if (restart) {
    if (const Status fit = check_(*camera); !fit) return fit.error();
  }
  if (const Status stored = cameras_.update_camera(*camera); !stored) return stored.error();
  if (restart && camera->enabled) run(*camera);
  return view(std::move(*camera));
}

Status CameraService::remove(std::string_view id) {
  const std::lock_guard turn{change_};
  const auto camera = find(id);
  if (!camera) return unknown_camera();
  if (camera->from_file) return of_the_file(id);
  if (const Status removed = cameras_.delete_camera(id); !removed) return removed.error();
  orchestrator_.forget(camera->id);
  log::info(camera->id, "deleted");
  return {};
}

Result<CameraView> CameraService::set_enabled(const auth::CameraRights& rights, std::string_view id,
                                              bool enabled) {
  if (!rights.include(id)) return no_right();
  const std::lock_guard turn{change_};
  auto camera = find(id);
  if (!camera) return unknown_camera();
  camera->enabled = enabled;
  if (!camera->from_file) {
    if (const Status stored = cameras_.update_camera(*camera); !stored) return stored.error();
  }
  const auto stats = orchestrator_.stats(camera->id);
  // One that waits for its next try is tried at once: somebody may just have mended it.
  const bool idle = !stats || stats->status == domain::CameraStatus::kInactive ||
                    stats->status == domain::CameraStatus::kError;
  if (!enabled) {
    orchestrator_.stop(camera->id);
  } else if (idle) {
    run(*camera);
  }
  return view(std::move(*camera));
}

Result<CameraView> CameraService::start(const auth::CameraRights& rights, std::string_view id) {
  return set_enabled(rights, id, true);
}
Result<CameraView> CameraService::stop(const auth::CameraRights& rights, std::string_view id) {
  return set_enabled(rights, id, false);
}

}  // namespace sentinel::services
