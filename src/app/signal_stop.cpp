#include "app/signal_stop.hpp"

#include <pthread.h>

namespace sentinel::app {

SignalStop::SignalStop() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  waiter_ = std::jthread{[this](const std::stop_token& over) { wait(over); }};
}

void SignalStop::wait(const std::stop_token& over) {
  constexpr timespec kPoll{0, 100'000'000};
  while (!over.stop_requested()) {
    if (sigtimedwait(&signals_, nullptr, &kPoll) <= 0) continue;
    stop_.request_stop();
    pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);  // here the second one arrives, and ends everything
    return;
  }
}

}  // namespace sentinel::app
