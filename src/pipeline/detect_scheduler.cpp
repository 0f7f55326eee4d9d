#include "pipeline/detect_scheduler.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/log.hpp"

namespace sentinel::pipeline {

namespace {
constexpr std::chrono::seconds kComplainEvery{10};

std::chrono::microseconds to_us(MonoTime::duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration);
}
}  // namespace

DetectLane::~DetectLane() {
  close(Rest::kDiscard);
}

PushOutcome DetectLane::submit(GatedFrame frame) {
  const auto now = scheduler_.clock_.mono_now();
  auto outcome = PushOutcome::kAccepted;
  domain::FramePtr dropped;  // freed outside the lock
  {
    std::unique_lock lock{scheduler_.mutex_};
    if (config_.overflow == Overflow::kBlock) {
      scheduler_.room_.wait(lock, [this] { return closed_ || waiting_.size() < config_.frames_waiting_max; });
    }
    if (closed_) return PushOutcome::kClosed;
    if (waiting_.size() >= config_.frames_waiting_max) {
      if (waiting_.front().frame.infer) ++report_.dropped;
      dropped = std::move(waiting_.front().frame.frame);
      waiting_.pop_front();
      outcome = PushOutcome::kDroppedOldest;
    }
    waiting_.push_back({std::move(frame), now});
  }
  scheduler_.work_.notify_one();
  return outcome;
}

void DetectLane::close(Rest rest) {
  std::unique_lock lock{scheduler_.mutex_};
  closed_ = true;
  if (rest == Rest::kDiscard) waiting_.clear();
  scheduler_.room_.notify_all();
  scheduler_.room_.wait(lock, [this] { return waiting_.empty() && in_flight_ == 0 && !delivering_; });
  std::erase(scheduler_.lanes_, this);
}

LaneReport DetectLane::report() const {
  const std::lock_guard lock{scheduler_.mutex_};
  return report_;
}

DetectScheduler::DetectScheduler(vision::Detector& detector, const Clock& clock)
    : detector_{detector}, clock_{clock} {
  for (std::size_t slot = 0; slot < detector_.slots(); ++slot) {
    workers_.emplace_back([this, slot](const std::stop_token& stop) { work(stop, slot); });
  }
}

DetectScheduler::~DetectScheduler() {
  for (auto& worker : workers_) worker.request_stop();
}

std::unique_ptr<DetectLane> DetectScheduler::open(LaneConfig config, Deliver deliver) {
  auto lane = std::unique_ptr<DetectLane>{new DetectLane{*this, std::move(config), std::move(deliver)}};
  const std::lock_guard lock{mutex_};
  lanes_.push_back(lane.get());
  return lane;
}

DetectReport DetectScheduler::report() const {
  const std::lock_guard lock{mutex_};
  return report_;
}

void DetectScheduler::work(const std::stop_token& stop, std::size_t slot) {
  std::unique_lock lock{mutex_};
  DetectLane* lane = nullptr;
  while (work_.wait(lock, stop, [&] { return (lane = pick()) != nullptr; })) {
    if (stop.stop_requested()) return;
    serve(*lane, slot, lock);
  }
}

// The lane whose turn it is, or none. A few dozen cameras are scanned faster than a heap is kept.
DetectLane* DetectScheduler::pick() {
  DetectLane* due = nullptr;
  for (auto* lane : lanes_) {
    if (!lane->ready()) continue;
    if (!lane->waiting_.front().frame.infer) return lane;
    const bool earlier = !due || lane->served_turn_ < due->served_turn_ ||
                         (lane->served_turn_ == due->served_turn_ &&
                          lane->waiting_.front().since < due->waiting_.front().since);
    if (earlier) due = lane;
  }
  return due;
}

// Takes the lane's first frame, looks at it without the lock and delivers what is due. The lane stays:
// close() waits until nothing of it is in flight.
void DetectScheduler::serve(DetectLane& lane, std::size_t slot, std::unique_lock<std::mutex>& lock) {
  auto [frame, since] = std::move(lane.waiting_.front());
  lane.waiting_.pop_front();
  const auto ticket = lane.next_ticket_++;
  ++lane.in_flight_;
  const bool infer = frame.infer;
  if (infer) lane.served_turn_ = ++turn_;
  room_.notify_all();
  lock.unlock();
  const auto begin = clock_.mono_now();
  bool failed = false;
  auto result = look(slot, std::move(frame), lane.config_.camera_id, failed);
  const auto busy = clock_.mono_now() - begin;
  lock.lock();
  if (infer) {
    report_.busy += to_us(busy);
    report_.waited += to_us(begin - since);
    ++(failed ? report_.failed : report_.inferred);
    ++(failed ? lane.report_.failed : lane.report_.inferred);
  }
  lane.done_.emplace(ticket, std::move(result));
  deliver_in_order(lane, lock);
}

FrameDetections DetectScheduler::look(std::size_t slot, GatedFrame frame, const std::string& camera_id,
                                      bool& failed) {
  FrameDetections result{std::move(frame.frame), frame.number, frame.opening, frame.infer, {}};
  if (!frame.infer) return result;
  try {
    result.detections = detector_.infer(slot, *result.frame);
  } catch (const std::exception& failure) {
    failed = true;
    complain(camera_id, failure.what());
  } catch (...) {
    failed = true;
    complain(camera_id, "an exception of an unknown kind");
  }
  if (failed) result.inferred = false;
  return result;
}

// Delivers the finished frames up to the first unfinished one. A worker that finds another delivering leaves
// its frame to that one.
void DetectScheduler::deliver_in_order(DetectLane& lane, std::unique_lock<std::mutex>& lock) {
  if (lane.delivering_) return;
  lane.delivering_ = true;
  while (!lane.done_.empty() && lane.done_.begin()->first == lane.next_delivery_) {
    auto result = std::move(lane.done_.begin()->second);
    lane.done_.erase(lane.done_.begin());
    ++lane.next_delivery_;
    lock.unlock();
    lane.deliver_(std::move(result));
    lock.lock();
    --lane.in_flight_;
    if (lane.ready()) work_.notify_one();
  }
  lane.delivering_ = false;
  room_.notify_all();
}

// A device that fails with every frame must not fill the log.
void DetectScheduler::complain(const std::string& camera_id, const char* what) {
  const auto now = clock_.mono_now();
  {
    const std::lock_guard lock{mutex_};
    if (now - complained_ < kComplainEvery && complained_ != MonoTime{}) return;
    complained_ = now;
  }
  log::error(camera_id, "the detector failed: {}", what);
}

}  // namespace sentinel::pipeline
