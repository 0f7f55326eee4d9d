// What surrounds a stage: StageShell times it and catches what it throws, in whatever thread calls it;
// StageRunner adds a thread and a bounded input queue.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <string>
#include <thread>
#include <utility>

#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "pipeline/stage.hpp"

namespace sentinel::pipeline {

// Counters of one stage since its start.
struct StageReport {
  std::string name;
  std::uint64_t processed = 0;        // items taken, the failed ones included
  std::uint64_t failed = 0;           // process() threw
  std::uint64_t dropped = 0;          // the input queue was full
  std::chrono::microseconds busy{0};  // inside the stage, without the time spent in what it emits into
};

// Runs a stage in the caller's thread. One thread at a time; report() may come from any.
template <class In, class Out>
class StageShell {
 public:
  // `scope` names the camera in the log.
  StageShell(Stage<In, Out>& stage, std::string scope, const Clock& clock, Emit<Out> emit)
      : stage_{stage}, scope_{std::move(scope)}, clock_{clock}, next_{std::move(emit)}, emit_{timed_emit()} {}
  StageShell(const StageShell&) = delete;
  StageShell& operator=(const StageShell&) = delete;

  void run(In item) {
    processed_.fetch_add(1, std::memory_order_relaxed);
    guard([&] { stage_.process(std::move(item), emit_); });
  }
  void idle() {
    guard([&] { stage_.idle(emit_); });
  }
  void finish() {
    guard([&] { stage_.finish(emit_); });
  }

  StageReport report() const {
    StageReport report;
    report.name = stage_.name();
    report.processed = processed_.load(std::memory_order_relaxed);
    report.failed = failed_.load(std::memory_order_relaxed);
    report.busy = std::chrono::microseconds{busy_us_.load(std::memory_order_relaxed)};
    return report;
  }

 private:
  static constexpr std::chrono::seconds kComplainEvery{10};

  Emit<Out> timed_emit() {
    return Emit<Out>{[this](Out item) {
                       const auto begin = clock_.mono_now();
                       next_(std::move(item));
                       outside_ += clock_.mono_now() - begin;
                     },
                     [this](DropReason reason) { next_.drop(reason); }};
  }

  template <class Body>
  void guard(Body&& body) {
    outside_ = {};
    const auto begin = clock_.mono_now();
    try {
      body();
    } catch (const std::exception& failure) {
      complain(failure.what());
    } catch (...) {
      complain("an exception of an unknown kind");
    }
    const auto inside = clock_.mono_now() - begin - outside_;
    busy_us_.fetch_add(std::chrono::duration_cast<std::chrono::microseconds>(inside).count(),
                       std::memory_order_relaxed);
  }

  // A stage that fails with every frame must not fill the log.
  void complain(std::string_view what) {
    const auto count = failed_.fetch_add(1, std::memory_order_relaxed) + 1;
    const auto now = clock_.mono_now();
    if (count > 1 && now - complained_ < kComplainEvery) return;
    complained_ = now;
    log::error(scope_, "stage {} failed ({} times so far): {}", stage_.name(), count, what);
  }

  Stage<In, Out>& stage_;
  const std::string scope_;
  const Clock& clock_;
  const Emit<Out> next_;
  const Emit<Out> emit_;
  MonoTime::duration outside_{};  // spent in next_ during the call at hand
  MonoTime complained_{};
  std::atomic<std::uint64_t> processed_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::int64_t> busy_us_{0};
};

struct StageQueue {
  std::size_t capacity = 8;
  Overflow overflow = Overflow::kDropOldest;
  std::chrono::milliseconds idle_every{1'000};  // how often idle() is called while nothing comes
};

// Runs a stage in a thread of its own. push() and report() are thread-safe.
template <class In, class Out>
class StageRunner {
 public:
  StageRunner(Stage<In, Out>& stage, std::string scope, const Clock& clock, const StageQueue& queue,
              Emit<Out> emit)
      : idle_every_{queue.idle_every},
        queue_{queue.capacity, queue.overflow},
        shell_{stage, std::move(scope), clock, std::move(emit)},
        thread_{[this](const std::stop_token& stop) { loop(stop); }} {}
  ~StageRunner() { finish(); }
  StageRunner(const StageRunner&) = delete;
  StageRunner& operator=(const StageRunner&) = delete;

  PushOutcome push(In item) { return queue_.push(std::move(item)); }

  // Refuses further items, processes those that wait, calls the stage's finish() and joins. Called by one
  // thread.
  void finish() {
    if (!thread_.joinable()) return;
    queue_.close();
    thread_.request_stop();
    thread_.join();
  }

  StageReport report() const {
    auto report = shell_.report();
    report.dropped = queue_.dropped();
    return report;
  }

 private:
  void loop(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (auto item = queue_.pop_for(stop, idle_every_)) {
        shell_.run(std::move(*item));
      } else if (!stop.stop_requested()) {
        shell_.idle();
      }
    }
    while (auto item = queue_.pop(stop)) shell_.run(std::move(*item));  // closed: what waits, without waiting
    shell_.finish();
  }

  const std::chrono::milliseconds idle_every_;
  BoundedQueue<In> queue_;
  StageShell<In, Out> shell_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace sentinel::pipeline
