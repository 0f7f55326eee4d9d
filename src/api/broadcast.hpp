// What goes out over WebSockets: the one home of the messages that the server sends of its own accord.
//
// Channel "events": new_event, event_update, and the camera_status of every camera, which may be a new one. A
// camera's id: its frame_update and camera_status.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "domain/camera.hpp"
#include "domain/event.hpp"
#include "http/hub.hpp"
#include "services/auth_service.hpp"
#include "services/event_service.hpp"
#include "services/live_service.hpp"

namespace sentinel::api {

inline constexpr std::string_view kEventsChannel = "events";

http::SharedText event_text(std::string_view type, const domain::Event& event,
                            std::optional<UtcTime> decided_at);
http::SharedText status_text(const std::string& camera_id, domain::CameraStatus status,
                             std::string_view reason);
http::SharedText frame_text(const services::LiveUpdate& update);

// Publishes on the hub. Thread-safe; no call waits for a client.
class Broadcast {
 public:
  Broadcast(http::Hub& hub, const Clock& clock) : hub_{hub}, clock_{clock} {}
  void event(const domain::EventChange& change);
  void camera_status(const std::string& camera_id, domain::CameraStatus status, std::string_view reason);
  void frame(const services::LiveUpdate& update);

 private:
  http::Hub& hub_;
  const Clock& clock_;
};

// What the hub asks: which channels there are, who may have them, and which cameras are watched.
class ChannelPolicy final : public http::HubPolicy {
 public:
  using IsCamera = std::function<bool(std::string_view)>;
  using OnDemand = std::function<void(const std::string& camera_id, bool boxes, double fps)>;
  ChannelPolicy(IsCamera is_camera, OnDemand on_demand, services::EventService& events)
      : is_camera_{std::move(is_camera)}, on_demand_{std::move(on_demand)}, events_{events} {}

  bool may_subscribe(const auth::Caller& caller, std::string_view channel) override;
  bool may_receive(const auth::Caller& caller, std::string_view camera_id) override {
    return caller.cameras.include(camera_id);
  }
  void on_frame_demand(const std::string& channel, bool boxes, double fps) override;
  Result<http::Replay> replay(const auth::Caller& caller, const std::string& channel,
                              std::string_view since) override;

 private:
  const IsCamera is_camera_;
  const OnDemand on_demand_;
  services::EventService& events_;
};

// The API's tokens, as the hub and the router check them.
class TokenAuthenticator final : public http::Authenticator {
 public:
  explicit TokenAuthenticator(services::AuthService& auth) : auth_{auth} {}
  Result<auth::Caller> authenticate(std::string_view access_token) override {
    return auth_.authenticate(access_token);
  }

 private:
  services::AuthService& auth_;
};

}  // namespace sentinel::api
