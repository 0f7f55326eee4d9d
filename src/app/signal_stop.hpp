// Ctrl-C and SIGTERM as a request to stop, for a command that has something to say at its end.
#pragma once

#include <signal.h>

#include <stop_token>
#include <thread>

namespace sentinel::app {

// SIGINT and SIGTERM are blocked in the thread that makes it and in all that are made after it, so it comes
// before the first library that makes threads. The first signal requests the stop; a second one ends the
// process at once.
class SignalStop {
 public:
  SignalStop();
  std::stop_token token() const { return stop_.get_token(); }
  void request() { stop_.request_stop(); }  // for another reason; any thread

 private:
  void wait(const std::stop_token& over);

  sigset_t signals_{};
  std::stop_source stop_;
  std::jthread waiter_;  // last: it uses all of the above
};

}  // namespace sentinel::app
