// A request to stop waiting, given by one thread to another: what Source::interrupt() sets.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace sentinel::media {

// Thread-safe. Once requested it stays so.
class Interrupt {
 public:
  void request() { source_.request_stop(); }
  bool requested() const noexcept { return source_.stop_requested(); }
  std::stop_token token() const noexcept { return source_.get_token(); }

  // Sleeps for `duration`. False, and at once, when an interrupt is or becomes requested.
  bool sleep_for(std::chrono::microseconds duration) {
    std::unique_lock lock{mutex_};
    wake_.wait_for(lock, source_.get_token(), duration, [] { return false; });
    return !requested();
  }

 private:
  std::stop_source source_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
};

}  // namespace sentinel::media
