#include "api/mapping.hpp"

namespace sentinel::api {

UserResponse to_wire(const auth::User& user) {
  return {user.id,        user.username,    user.email,       user.full_name,  user.role,
          user.is_active, user.cameras.all, user.cameras.ids, user.created_at, user.last_login};
}

SessionResponse to_wire(const services::SessionView& view) {
  const storage::Session& session = view.session;
  return {session.id,         session.user_id,      view.username,      session.address, session.user_agent,
          session.created_at, session.last_used_at, session.expires_at, view.is_current};
}

services::UserDraft to_domain(const UserCreate& wire) {
  return {wire.username,
          wire.password,
          wire.email,
          wire.full_name,
          wire.role,
          wire.is_active,
          {wire.all_cameras, auth::CameraRights::of(wire.camera_ids).ids}};
}

services::UserPatch to_domain(const UserUpdate& wire) {
  return {wire.username, wire.password,  wire.email,       wire.full_name,
          wire.role,     wire.is_active, wire.all_cameras, wire.camera_ids};
}

LoginResponse to_wire(const services::Tokens& tokens) {
  LoginResponse out;
  out.access_token = tokens.access;
  out.refresh_token = tokens.refresh;
  out.expires_in = tokens.access_life.count();
  out.user = to_wire(tokens.user);
  return out;
}

CameraResponse to_wire(const services::CameraView& view) {
  const domain::Camera& camera = view.camera;
  CameraResponse out;
  out.id = camera.id;
  out.name = camera.name;
  out.url = camera.url;
  out.location = camera.location;
  out.fps = camera.fps_max;
  out.enabled = camera.enabled;
  out.has_credentials = camera.credentials.has_value();
  out.from_file = camera.from_file;
  out.status = view.stats.status;
  out.status_reason = view.stats.status_reason;
  out.created_at = camera.created_at;
  return out;
}

CameraStatsResponse to_stats_wire(const services::CameraView& view) {
  const domain::CameraStats& stats = view.stats;
  CameraStatsResponse out;
  out.camera_id = view.camera.id;
  out.status = stats.status;
  out.status_reason = stats.status_reason;
  out.status_since = stats.status_since;
  out.started_at = stats.started_at;
  out.last_frame_at = stats.last_frame_at;
  out.width = stats.width;
  out.height = stats.height;
  out.fps_in = stats.fps_in;
  out.fps_analysed = stats.fps_analysed;
  out.frames_decoded = stats.frames_decoded;
  out.frames_inferred = stats.frames_inferred;
  out.frames_quiet = stats.frames_quiet;
  out.frames_skipped = stats.frames_skipped;
  out.frames_dropped = stats.frames_dropped;
  out.results_dropped = stats.results_dropped;
  out.decode_errors = stats.decode_errors;
  out.reconnects = stats.reconnects;
  out.bytes_received = stats.bytes_received;
  return out;
}

EventResponse to_wire(const domain::Event& event) {
  EventResponse out;
  out.id = event.id;
  out.camera_id = event.camera_id;
  out.type = event.type;
  out.severity = event.severity;
  out.confidence = event.confidence;
  out.label = event.label;
  out.description = event.description;
  out.metadata.text = event.metadata_json;
  out.track_id = event.track_id;
  if (event.box) out.box = {event.box->x, event.box->y, event.box->width, event.box->height};
  out.started_at = event.started_at;
  out.ended_at = event.ended_at;
  out.updated_at = event.updated_at;
  out.acknowledged = event.acknowledged;
  out.acknowledged_by = event.acknowledged_by;
  out.acknowledged_at = event.acknowledged_at;
  out.notes = event.notes;
  out.rule_id = event.rule_id;
  out.zone_id = event.zone_id;
  if (event.has_snapshot) out.snapshot_url = "/api/events/" + event.id + "/snapshot";
  return out;
}

services::CameraDraft to_domain(const CameraCreate& wire) {
  return {wire.name, wire.url, wire.location, wire.username, wire.password, wire.fps};
}

services::CameraPatch to_domain(const CameraUpdate& wire) {
  return {wire.name, wire.url, wire.location, wire.username, wire.password, wire.fps};
}

services::EventListQuery to_domain(const EventFilters& wire) {
  services::EventListQuery out;
  if (wire.camera_id) out.filter.camera_ids = {*wire.camera_id};
  out.filter.type = wire.type;
  out.filter.severity = wire.severity;
  out.filter.started_from = wire.start;
  out.filter.started_until = wire.end;
  out.filter.acknowledged = wire.acknowledged;
  out.filter.confidence_min = wire.min_confidence;
  out.limit = wire.limit;
  out.offset = wire.offset;
  out.cursor = wire.cursor;
  out.count_exact = wire.count.has_value();
  return out;
}

}  // namespace sentinel::api
