// The wire contract of the messages that the server sends over WebSockets of its own accord.
#pragma once

#include "api/schemas/event.hpp"

namespace sentinel::api {

struct EventMessage {
  std::string type;
  std::optional<UtcTime> decided_at;
  EventResponse data;
  static constexpr auto fields() {
    return object<EventMessage>(
        "EventMessage", required("type", &EventMessage::type),
        optional("decided_at", &EventMessage::decided_at,
                 doc{"When the frame that decided this was received; null in a replay."}),
        required("data", &EventMessage::data));
  }
};

struct CameraStatusMessage {
  std::string type = "camera_status", camera_id;
  domain::CameraStatus status = domain::CameraStatus::kInactive;
  std::string reason;
  static constexpr auto fields() {
    using Self = CameraStatusMessage;
    return object<Self>("CameraStatusMessage", required("type", &Self::type),
                        required("camera_id", &Self::camera_id), required("status", &Self::status),
                        required("reason", &Self::reason));
  }
};

struct LiveObjectWire {
  std::int64_t track_id = 0;
  std::string label;
  float score = 0;
  std::vector<float> box;
  static constexpr auto fields() {
    using Self = LiveObjectWire;
    return object<Self>("LiveObject", required("track_id", &Self::track_id), required("label", &Self::label),
                        required("score", &Self::score), required("box", &Self::box));
  }
};

struct FrameUpdateMessage {
  std::string type = "frame_update", camera_id;
  UtcTime timestamp{};
  double stream_s = 0;
  int width = 0, height = 0;
  std::vector<LiveObjectWire> objects;
  std::string data;
  static constexpr auto fields() {
    using Self = FrameUpdateMessage;
    return object<Self>("FrameUpdateMessage", required("type", &Self::type),
                        required("camera_id", &Self::camera_id), required("timestamp", &Self::timestamp),
                        required("stream_s", &Self::stream_s,
                                 doc{"Seconds since the stream was opened, by its own timestamps."}),
                        required("width", &Self::width), required("height", &Self::height),
                        required("objects", &Self::objects),
                        required("data", &Self::data, doc{"JPEG, base64."}));
  }
};

}  // namespace sentinel::api
