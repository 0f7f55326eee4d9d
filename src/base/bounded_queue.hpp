// A queue between two threads that has a bound, a named overflow policy and a count of what it dropped.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace sentinel {

enum class Overflow {
  kDropOldest,  // analysis: the newest picture matters most
  kBlock,       // the producer waits: for what must not be lost
  kRefuse,      // the producer is told: for requests
};

enum class PushOutcome { kAccepted, kDroppedOldest, kRefused, kClosed };

template <class T>
class BoundedQueue {
 public:
  BoundedQueue(std::size_t capacity, Overflow overflow) : capacity_{capacity}, overflow_{overflow} {}

  PushOutcome push(T item) {
    std::unique_lock lock{mutex_};
    auto outcome = PushOutcome::kAccepted;
    if (!closed_ && items_.size() >= capacity_) {
      if (overflow_ == Overflow::kRefuse) {
        ++dropped_;
        return PushOutcome::kRefused;
      }
      if (overflow_ == Overflow::kDropOldest) {
        items_.pop_front();
        ++dropped_;
        outcome = PushOutcome::kDroppedOldest;
      } else {
        not_full_.wait(lock, [this] { return closed_ || items_.size() < capacity_; });
      }
    }
    if (closed_) return PushOutcome::kClosed;
    items_.push_back(std::move(item));
    lock.unlock();
    not_empty_.notify_one();
    return outcome;
  }

  // Waits for an item. Empty once the queue is closed and drained, or when `stop` is requested.
  std::optional<T> pop(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    if (!not_empty_.wait(lock, stop, [this] { return closed_ || !items_.empty(); })) return std::nullopt;
    return take(lock);
  }

  // As pop(), and empty as well when nothing came within `wait_max`.
  std::optional<T> pop_for(const std::stop_token& stop, std::chrono::milliseconds wait_max) {
    std::unique_lock lock{mutex_};
    if (!not_empty_.wait_for(lock, stop, wait_max, [this] { return closed_ || !items_.empty(); })) {
      return std::nullopt;
    }
    return take(lock);
  }

  // Takes all that waits, at most `count_max`, without waiting for more: for group commits.
  std::vector<T> drain(std::size_t count_max) {
    std::vector<T> taken;
    {
      const std::lock_guard lock{mutex_};
      while (!items_.empty() && taken.size() < count_max) {
        taken.push_back(std::move(items_.front()));
        items_.pop_front();
      }
    }
    not_full_.notify_all();
    return taken;
  }

  // From now on push() answers kClosed; what waits can still be popped.
  void close() {
    {
      const std::lock_guard lock{mutex_};
      closed_ = true;
    }
    not_empty_.notify_all();
    not_full_.notify_all();
  }

  std::size_t size() const {
    const std::lock_guard lock{mutex_};
    return items_.size();
  }
  std::uint64_t dropped() const {
    const std::lock_guard lock{mutex_};
    return dropped_;
  }

 private:
  std::optional<T> take(std::unique_lock<std::mutex>& lock) {
    if (items_.empty()) return std::nullopt;
    std::optional<T> item{std::move(items_.front())};
    items_.pop_front();
    lock.unlock();
    not_full_.notify_one();
    return item;
  }

  const std::size_t capacity_;
  const Overflow overflow_;
  mutable std::mutex mutex_;
  std::condition_variable_any not_empty_;
  std::condition_variable_any not_full_;
  std::deque<T> items_;
  std::uint64_t dropped_ = 0;
  bool closed_ = false;
};

}  // namespace sentinel
