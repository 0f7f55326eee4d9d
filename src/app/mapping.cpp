#include "app/mapping.hpp"

#include <algorithm>
#include <cmath>

#include "config/checks.hpp"
#include "media/url.hpp"

namespace sentinel::app {
namespace {

static_assert(config::kEventTypeNames == domain::kEventTypeNames);
static_assert(config::kEventSeverityNames == domain::kEventSeverityNames);

StreamTime seconds(double value) {
  return StreamTime{static_cast<StreamTime::rep>(std::llround(value * 1e6))};
}

vision::MotionConfig to_motion(const config::MotionGateConfig& motion) {
  vision::MotionConfig out;
  out.rows = motion.rows;
  out.difference_min = static_cast<float>(motion.difference_min);
  out.noise_gain = static_cast<float>(motion.noise_gain);
  out.cells_min = motion.cells_min;
  return out;
}

// How sure a detection must be to open an event of the class that asks for least.
float least_confidence(const config::DetectionConfig& detection) {
  const auto classes = detection.classes.value_or(config::default_classes());
  double least = 1;
  for (const auto& [name, wanted] : classes) least = std::min(least, wanted.confidence);
  return static_cast<float>(std::max(classes.empty() ? 0 : least, detection.thresholds.confidence));
}

// An event needs a track: who asks for less confidence than the tracker's thresholds were tuned for gets
// tracks that start from there. Above high_score they stay as they are stated: a track then starts a little
// above the confidence that is demanded, which spares the short ones.
void lower_to(float least, vision::TrackerConfig& tracker) {
  if (least >= tracker.high_score) return;
  tracker.high_score = least;
  tracker.new_track_score = least;
  tracker.low_score = std::min(tracker.low_score, least);
}

vision::TrackerConfig to_tracker(const config::TrackerConfig& tracker) {
  vision::TrackerConfig out;
  out.high_score = static_cast<float>(tracker.high_score);
  out.low_score = static_cast<float>(tracker.low_score);
  out.new_track_score = static_cast<float>(tracker.new_track_score);
  out.match_iou = static_cast<float>(tracker.match_iou);
  out.weak_match_iou = static_cast<float>(tracker.weak_match_iou);
  out.tentative_match_iou = static_cast<float>(tracker.tentative_match_iou);
  out.search_match_iou = static_cast<float>(tracker.search_match_iou);
  out.search_margin = static_cast<float>(tracker.search_margin);
  out.confirm_hits = tracker.confirm_hits;
  out.tentative_lost_after = seconds(tracker.tentative_lost_after_s);
  out.lost_after = seconds(tracker.lost_after_s);
  out.stationary_lost_after = seconds(tracker.stationary_lost_after_s);
  out.stationary_after = seconds(tracker.stationary_after_s);
  out.stationary_iou = static_cast<float>(tracker.stationary_iou);
  out.stationary_leave_iou = static_cast<float>(tracker.stationary_leave_iou);
  out.tracks_max = static_cast<std::size_t>(tracker.tracks_max);
  return out;
}

pipeline::EventConfig to_events(const config::DetectionConfig& detection) {
  const config::EventsConfig& events = detection.events;
  pipeline::EventConfig out;
  out.presence.wanted.clear();
  for (const auto& [name, wanted] : detection.classes.value_or(config::default_classes())) {
    out.presence.wanted.push_back({name, static_cast<domain::EventType>(wanted.event),
                                   static_cast<domain::EventSeverity>(wanted.severity), wanted.must_move,
                                   static_cast<float>(wanted.confidence)});
  }
  out.presence.confidence_min = static_cast<float>(detection.thresholds.confidence);
  out.presence.duration_min = seconds(events.min_duration_s);
  out.presence.moved_min = static_cast<float>(events.moved_min);
  out.presence.close_after = seconds(events.close_after_s);
  out.presence.close_still_after = seconds(events.close_still_after_s);
  out.presence.update_every = seconds(events.update_every_s);
  out.presence.refresh_every = seconds(events.refresh_every_s);
  out.close_when_away = std::chrono::milliseconds{std::llround(events.close_when_away_s * 1e3)};
  out.snapshot_width_max = events.snapshot_width_max;
  out.snapshot_quality = events.snapshot_quality;
  return out;
}

}  // namespace

pipeline::PipelineConfig to_pipeline(const config::DetectionConfig& detection,
                                     const config::ProcessingSettings& processing) {
  pipeline::PipelineConfig out;
  out.infer.motion_gate = detection.motion.enabled;
  out.infer.linger = seconds(detection.sampling.linger_s);
  out.infer.heartbeat = seconds(detection.sampling.heartbeat_s);
  out.infer.stirring_every = seconds(detection.sampling.stirring_every_s);
  out.motion = to_motion(detection.motion);
  out.tracker = to_tracker(detection.tracker);
  lower_to(least_confidence(detection), out.tracker);
  out.events = to_events(detection);
  out.also_tracked = detection.also_tracked;
  out.frames_waiting_max = static_cast<std::size_t>(processing.frame_queue_size);
  return out;
}

vision::DetectorConfig to_detector(const config::DetectionConfig& detection,
                                   const config::Settings& settings) {
  vision::DetectorConfig out;
  out.model_path = config::model_file(detection.model);
  out.device = config::kDeviceNames[static_cast<std::size_t>(config::device_of(settings.ai))];
  out.score_min = std::min(static_cast<float>(detection.thresholds.score_min), least_confidence(detection));
  out.iou_max = static_cast<float>(detection.thresholds.iou);
  out.slots = static_cast<std::size_t>(settings.processing.workers);
  return out;
}

services::AuthConfig to_auth(const config::SecuritySettings& security) {
  services::AuthConfig out;
  out.access_token_life = std::chrono::minutes{security.access_token_expire_minutes};
  out.session_life = std::chrono::days{security.refresh_token_expire_days};
  out.remembered_session_life = std::max(out.remembered_session_life, out.session_life);
  return out;
}

http::ServerConfig to_server(const config::ApiSettings& api) {
  http::ServerConfig out;
  out.host = api.host;
  out.port = static_cast<std::uint16_t>(api.port);
  out.threads = static_cast<std::size_t>(api.http_threads);
  out.cors_origins = api.cors_origins;
  return out;
}

http::HubConfig to_hub(const config::WebSocketSettings& websocket) {
  http::HubConfig out;
  out.connections_max = static_cast<std::size_t>(websocket.max_connections);
  out.heartbeat = std::chrono::seconds{websocket.heartbeat_seconds};
  return out;
}

std::vector<domain::Camera> to_cameras(const config::CamerasFile& file,
                                       const config::DetectionConfig& detection, UtcTime now) {
  std::vector<domain::Camera> out;
  for (const config::CameraEntry& entry : file.cameras) {
    domain::Camera camera;
    camera.id = entry.id;
    camera.name = entry.name;
    camera.url = media::mask_secrets(entry.url);  // one that cannot be parsed may hold a password anywhere
    camera.location = entry.location;
    camera.fps_max = entry.fps.value_or(detection.sampling.fps_max);
    camera.enabled = entry.enabled;
    camera.from_file = true;
    camera.created_at = now;
    if (auto parsed = media::parse_camera_url(entry.url)) {
      camera.url = media::to_text(parsed->url);
      camera.credentials = std::move(parsed->credentials);
    }
    if (entry.username || entry.password) {
      camera.credentials =
          domain::CameraCredentials{entry.username.value_or(""), entry.password.value_or("")};
    }
    out.push_back(std::move(camera));
  }
  return out;
}

}  // namespace sentinel::app
