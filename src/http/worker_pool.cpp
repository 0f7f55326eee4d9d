#include "http/worker_pool.hpp"

namespace sentinel::http {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_max) : jobs_{queue_max, Overflow::kRefuse} {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

bool WorkerPool::submit(Job job) {
  return jobs_.push(std::move(job)) == PushOutcome::kAccepted;
}

void WorkerPool::stop() {
  is_stopping_ = true;
  jobs_.close();
  threads_.clear();  // joins
}

void WorkerPool::work() {
  const std::stop_token never;
  while (auto job = jobs_.pop(never)) (*job)(is_stopping_);
}

}  // namespace sentinel::http
