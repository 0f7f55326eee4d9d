// How the pipelines work, and what they are made of.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "domain/event.hpp"
#include "media/source.hpp"
#include "pipeline/camera_meter.hpp"
#include "pipeline/camera_reader.hpp"
#include "pipeline/event_stage.hpp"
#include "pipeline/gate_stage.hpp"
#include "pipeline/items.hpp"
#include "pipeline/reconnect.hpp"
#include "vision/detector.hpp"
#include "vision/motion.hpp"
#include "vision/tracker.hpp"

namespace sentinel::pipeline {

enum class Mode {
  kLive,     // queues drop their oldest, failures are retried, a file loops
  kOffline,  // queues block, a failure is the end: nothing is dropped and the same input gives the same
             // events
};

// The same for all cameras. The bounds are frames of one camera.
struct PipelineConfig {
  InferConfig infer;
  vision::MotionConfig motion;
  vision::TrackerConfig tracker;  // its class_groups are set from the model's class names
  EventConfig events;
  std::vector<std::string> also_tracked;  // classes that are tracked beside the wanted ones, without an event
  std::size_t frames_waiting_max =
      2;  // reader -> detector, drop oldest: more would be old news under overload
  std::size_t results_waiting_max = 8;  // detector -> tracker, drop oldest
  std::size_t tracked_waiting_max = 8;  // tracker -> events, block
  ReconnectConfig reconnect;
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds stall_timeout{4'500};  // so that a stall shows within 5 s
  int decoder_threads = 1;
};

// Told of every frame that was tracked, in the camera's track thread, in order.
using OnTracked = std::function<void(const TrackedItem&)>;

// What a pipeline is given. All that is referred to outlives it.
struct PipelineParts {
  const Clock& clock;
  media::SourceFactory make_source;
  vision::Detector& detector;
  domain::EventSink& events;
  IdGenerator& ids;
  EncodeJpeg encode_jpeg = media::encode_jpeg;  // of the snapshots of events
  Wait wait = wait_for_real;
  OnStatus on_status = {};
  OnTracked on_tracked = {};
};

}  // namespace sentinel::pipeline
