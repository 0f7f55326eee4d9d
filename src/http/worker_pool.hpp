// The threads that run the handlers which may block: a bound on how many run and on how many wait.
#pragma once

#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include "base/bounded_queue.hpp"

namespace sentinel::http {

// Thread-safe.
class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t queue_max);
  ~WorkerPool() { stop(); }

  // False when the queue is full or the pool stopped: nothing runs then. A job does not throw.
  bool submit(std::function<void()> job);
  // Runs what waits, then ends. Called from one thread, not from a job.
  void stop();
  std::size_t waiting() const { return jobs_.size(); }
  std::uint64_t refused() const { return jobs_.dropped(); }

 private:
  void work();

  BoundedQueue<std::function<void()>> jobs_;
  std::vector<std::jthread> threads_;
};

}  // namespace sentinel::http
