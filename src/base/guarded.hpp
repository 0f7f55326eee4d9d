// A mutex that holds its data: T is reached through the lock and in no other way.
#pragma once

#include <mutex>
#include <utility>

namespace sentinel {

template <class T>
class Guarded {
 public:
  Guarded() = default;
  explicit Guarded(T value) : value_{std::move(value)} {}

  // Runs `body` with the lock held and returns what it returns. No I/O, callback or wait inside.
  template <class Body>
  decltype(auto) with(Body&& body) {
    const std::lock_guard lock{mutex_};
    return std::forward<Body>(body)(value_);
  }
  template <class Body>
  decltype(auto) with(Body&& body) const {
    const std::lock_guard lock{mutex_};
    return std::forward<Body>(body)(value_);
  }

  T copy() const {
    const std::lock_guard lock{mutex_};
    return value_;
  }

 private:
  mutable std::mutex mutex_;
  T value_{};
};

}  // namespace sentinel
