#include "base/clock.hpp"

namespace sentinel {

UtcTime SystemClock::utc_now() const {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

MonoTime SystemClock::mono_now() const {
  return std::chrono::steady_clock::now();
}

}  // namespace sentinel
