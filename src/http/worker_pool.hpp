// The threads that run the handlers which may block: a bound on how many run and on how many wait.
#pragma once

#include <atomic>
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

  // Called once, on a worker, and does not throw. `gives_up` when the pool stopped before its turn came: then
  // it does no work and only lets go.
  using Job = std::function<void(bool gives_up)>;
  // False when the queue is full or the pool stopped: the job is not called then.
  bool submit(Job job);
  // Ends once what runs has ended; what waits gives up. Called from one thread, not from a job.
  void stop();
  std::size_t waiting() const { return jobs_.size(); }
  std::uint64_t refused() const { return jobs_.dropped(); }

 private:
  void work();

  BoundedQueue<Job> jobs_;
  std::atomic<bool> is_stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace sentinel::http
