// One detector for all cameras: who is looked at next, by how many at once, and what is dropped under
// overload.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "pipeline/items.hpp"
#include "vision/detector.hpp"

namespace sentinel::pipeline {

struct LaneConfig {
  std::string camera_id;  // for the log
  std::size_t frames_waiting_max = 2;
  Overflow overflow = Overflow::kDropOldest;  // or kBlock: analyze. kRefuse is not made use of.
  // Frames of one camera that were taken and not yet delivered. A slot or two more than the detector has keep
  // it busy with a single camera; the results are put back in order.
  std::size_t in_flight_max = 4;
};

struct LaneReport {
  std::uint64_t inferred = 0;
  std::uint64_t failed = 0;   // the detector threw; the frame went on as one that was not inferred
  std::uint64_t dropped = 0;  // should have been inferred, and the lane was full
};

struct DetectReport {
  std::uint64_t inferred = 0;
  std::uint64_t failed = 0;
  std::chrono::microseconds busy{0};    // summed over the slots
  std::chrono::microseconds waited{0};  // from submit() to a slot, summed over the inferred frames
};

class DetectScheduler;

// One camera's place at the detector. Made by DetectScheduler::open(), which must outlive it.
class DetectLane {
 public:
  ~DetectLane();  // as close(kDiscard)
  DetectLane(const DetectLane&) = delete;
  DetectLane& operator=(const DetectLane&) = delete;

  // Called by one thread. Never waits with kDropOldest; with kBlock until there is room or the lane is
  // closed.
  PushOutcome submit(GatedFrame frame);

  enum class Rest { kDiscard, kDeliver };  // what becomes of the frames that wait
  // Accepts nothing more and returns when nothing is in flight: deliver() is not called after it. Idempotent.
  // It waits for deliver(), so what that waits for must still move.
  void close(Rest rest);
  LaneReport report() const;

 private:
  friend class DetectScheduler;
  using Deliver = std::function<void(FrameDetections)>;
  struct Waiting {
    GatedFrame frame;
    MonoTime since;
  };
  DetectLane(DetectScheduler& scheduler, LaneConfig config, Deliver deliver)
      : scheduler_{scheduler}, config_{std::move(config)}, deliver_{std::move(deliver)} {}

  bool ready() const { return !waiting_.empty() && in_flight_ < config_.in_flight_max; }

  DetectScheduler& scheduler_;
  const LaneConfig config_;
  const Deliver deliver_;
  // All below belongs to the scheduler's mutex.
  std::deque<Waiting> waiting_;
  std::map<std::uint64_t, FrameDetections> done_;  // by ticket: finished, and waiting for an earlier one
  std::uint64_t next_ticket_ = 0;
  std::uint64_t next_delivery_ = 0;
  std::size_t in_flight_ = 0;      // tickets given and not delivered
  bool delivering_ = false;        // a worker is inside deliver_: one at a time
  std::uint64_t served_turn_ = 0;  // when it was last given a slot
  bool closed_ = false;
  LaneReport report_;
};

// A worker thread for each of the detector's slots. The camera that was served longest ago comes first, so
// under overload all cameras that have frames get the same rate, and one that asks for less gets all it asks
// for. Within a camera frames are taken and delivered in order. Held frames (infer = false) need no slot's
// time and come before all others. Thread-safe.
class DetectScheduler {
 public:
  using Deliver = DetectLane::Deliver;

  DetectScheduler(vision::Detector& detector, const Clock& clock);
  ~DetectScheduler();  // every lane must be gone
  DetectScheduler(const DetectScheduler&) = delete;
  DetectScheduler& operator=(const DetectScheduler&) = delete;

  // `deliver` is called in the workers' threads, one frame at a time and in order. While it waits it holds a
  // slot: with many cameras it must not wait.
  std::unique_ptr<DetectLane> open(LaneConfig config, Deliver deliver);
  DetectReport report() const;

 private:
  friend class DetectLane;

  void work(const std::stop_token& stop, std::size_t slot);
  DetectLane* pick();
  void serve(DetectLane& lane, std::size_t slot, std::unique_lock<std::mutex>& lock);
  FrameDetections look(std::size_t slot, GatedFrame frame, const std::string& camera_id, bool& failed);
  void deliver_in_order(DetectLane& lane, std::unique_lock<std::mutex>& lock);
  void complain(const std::string& camera_id, const char* what);

  vision::Detector& detector_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any work_;  // a lane may have become ready
  std::condition_variable room_;      // a frame was taken or delivered: for submit() and close()
  std::vector<DetectLane*> lanes_;
  std::uint64_t turn_ = 0;
  MonoTime complained_{};
  DetectReport report_;
  std::vector<std::jthread> workers_;  // last: they use all of the above
};

}  // namespace sentinel::pipeline
