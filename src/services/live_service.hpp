// Live pictures for whoever watches: a camera is encoded only while somebody does, at the pace asked for.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "domain/box.hpp"
#include "pipeline/orchestrator.hpp"

namespace sentinel::services {

struct LiveObject {
  std::int64_t track_id = 0;
  std::string label;
  float score = 0;
  domain::NormalizedBox box;
};

struct LiveUpdate {
  std::string camera_id;
  bool boxes = false;  // drawn into the JPEG
  UtcTime captured_at{};
  StreamTime stream_time{0};
  int width = 0;  // of the camera's picture
  int height = 0;
  std::vector<LiveObject> objects;  // of this very picture
  std::vector<std::uint8_t> jpeg;
};

// Thread-safe. One thread encodes for all viewers of all cameras; a picture is encoded once however many
// watch. The listener is called in that thread and must not wait.
class LiveService {
 public:
  using Listener = std::function<void(const LiveUpdate&)>;

  LiveService(pipeline::Orchestrator& orchestrator, std::vector<std::string> class_names, const Clock& clock,
              Listener listener);
  ~LiveService();

  // At most `fps` pictures a second of this camera, with or without boxes, are wanted from now on; 0: none.
  void set_demand(const std::string& camera_id, bool boxes, double fps);

 private:
  struct Demand {
    double fps = 0;
    MonoTime due{};
    std::uint64_t sequence = 0;  // of the last picture
  };
  using Key = std::pair<std::string, bool>;

  void run(const std::stop_token& stop);
  std::vector<std::pair<Key, std::uint64_t>> take_due();
  void show(const Key& key, std::uint64_t sequence);

  pipeline::Orchestrator& orchestrator_;
  const std::vector<std::string> class_names_;
  const Clock& clock_;
  const Listener listener_;
  Guarded<std::map<Key, Demand>> demands_;
  std::mutex wait_mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace sentinel::services
