// What one camera is doing: its status with the reason, and its counters.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "domain/camera.hpp"
#include "domain/frame.hpp"
#include "media/source.hpp"

namespace sentinel::pipeline {

struct StatusChange {
  std::string camera_id;
  domain::CameraStatus status = domain::CameraStatus::kInactive;
  std::string reason;  // for an operator; empty while all is well
  UtcTime at{};
};

// Called in the camera's threads, with no lock held; it must return soon.
using OnStatus = std::function<void(const StatusChange&)>;

// Events a second over the last kWindow seconds. Not thread-safe.
class RateMeter {
 public:
  static constexpr std::int64_t kWindow = 5;
  void count(MonoTime now);
  double per_second(MonoTime now) const;

 private:
  struct Bucket {
    std::int64_t second = -1;
    std::uint64_t count = 0;
  };
  std::array<Bucket, kWindow + 1>
      buckets_{};  // the running second, which is not reported, and those before it
  std::int64_t first_second_ = -1;
};

// Thread-safe. One camera's, from its start to its next.
class CameraMeter {
 public:
  CameraMeter(std::string camera_id, const Clock& clock, OnStatus on_status);

  // Tells on_status when the status or the reason is another than before.
  void set_status(domain::CameraStatus status, std::string reason);
  void decoded(const domain::Frame& frame);
  void skipped();
  void quiet();
  void inferred();
  void reconnecting();
  // What the opening at hand has counted, and, once `closed`, what it leaves to the sum.
  void source(const media::SourceCounters& counters, bool closed);

  // frames_dropped and results_dropped are counted by the queues and left at 0 here.
  domain::CameraStats stats() const;

 private:
  struct State {
    domain::CameraStats stats;
    media::SourceCounters past;     // of closed openings
    media::SourceCounters present;  // of the one at hand
    RateMeter in;
    RateMeter analysed;
  };

  const std::string camera_id_;
  const Clock& clock_;
  const OnStatus on_status_;
  Guarded<State> state_;
};

}  // namespace sentinel::pipeline
