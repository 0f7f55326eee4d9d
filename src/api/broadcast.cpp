#include "api/broadcast.hpp"

#include "api/base64.hpp"
#include "api/mapping.hpp"
#include "api/schemas/socket.hpp"
#include "schema/codec.hpp"

namespace sentinel::api {
namespace {

template <class T>
http::SharedText shared(const T& message) {
  return std::make_shared<const std::string>(schema::to_json(message));
}

}  // namespace

http::SharedText event_text(std::string_view type, const domain::Event& event,
                            std::optional<UtcTime> decided_at) {
  return shared(EventMessage{std::string{type}, decided_at, to_wire(event)});
}

http::SharedText status_text(const std::string& camera_id, domain::CameraStatus status,
                             std::string_view reason) {
  CameraStatusMessage message;
  message.camera_id = camera_id;
  message.status = status;
  message.reason = reason;
  return shared(message);
}

http::SharedText frame_text(const services::LiveUpdate& update) {
  FrameUpdateMessage message;
  message.camera_id = update.camera_id;
  message.timestamp = update.captured_at;
  message.stream_s = to_seconds(update.stream_time);
  message.width = update.width;
  message.height = update.height;
  for (const services::LiveObject& object : update.objects) {
    message.objects.push_back({object.track_id,
                               object.label,
                               object.score,
                               {object.box.x, object.box.y, object.box.width, object.box.height}});
  }
  message.data = to_base64(update.jpeg);
  return shared(message);
}

void Broadcast::event(const domain::EventChange& change) {
  const std::string_view type = change.phase == domain::EventPhase::kOpened ? "new_event" : "event_update";
  const auto age = clock_.mono_now() - change.decided_at;
  const UtcTime decided_at = clock_.utc_now() - std::chrono::duration_cast<std::chrono::microseconds>(age);
  hub_.publish(std::string{kEventsChannel}, change.event.camera_id,
               event_text(type, change.event, decided_at), http::Delivery::kEvent);
}

void Broadcast::camera_status(const std::string& camera_id, domain::CameraStatus status,
                              std::string_view reason) {
  const http::SharedText text = status_text(camera_id, status, reason);
  for (const std::string& channel : {camera_id, std::string{kEventsChannel}})
    hub_.publish(channel, camera_id, text, http::Delivery::kEvent);
}

void Broadcast::frame(const services::LiveUpdate& update) {
  hub_.publish(update.camera_id, update.camera_id, frame_text(update),
               update.boxes ? http::Delivery::kFrameWithBoxes : http::Delivery::kFrame);
}

bool ChannelPolicy::may_subscribe(const auth::Caller& caller, std::string_view channel) {
  if (!caller.has(auth::Role::kViewer)) return false;
  return channel == kEventsChannel || (caller.cameras.include(channel) && is_camera_(channel));
}

void ChannelPolicy::on_frame_demand(const std::string& channel, bool boxes, double fps) {
  if (channel != kEventsChannel) on_demand_(channel, boxes, fps);
}

Result<http::Replay> ChannelPolicy::replay(const auth::Caller& caller, const std::string& channel,
                                           std::string_view since) {
  http::Replay replay;
  if (channel != kEventsChannel) return replay;
  const auto found = events_.since(caller.cameras, since);
  if (!found) return found.error();
  replay.beyond = static_cast<std::uint64_t>(found->beyond);
  for (const auto& [is_new, event] : found->changes)
    replay.texts.push_back(event_text(is_new ? "new_event" : "event_update", event, std::nullopt));
  return replay;
}

}  // namespace sentinel::api
