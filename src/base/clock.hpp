// The clock as a constructor argument: nothing below app/ calls now() itself.
#pragma once

#include "base/time.hpp"

namespace sentinel {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual UtcTime utc_now() const = 0;
  virtual MonoTime mono_now() const = 0;
};

// The machine's clocks. Thread-safe.
class SystemClock final : public Clock {
 public:
  UtcTime utc_now() const override;
  MonoTime mono_now() const override;
};

}  // namespace sentinel
