// libsodium picks its implementations for this processor once, before its first use. Thread-safe.
#pragma once

#include <sodium.h>

#include <stdexcept>

namespace sentinel::auth {

inline void ready_sodium() {
  static const int started = sodium_init();
  if (started < 0) throw std::runtime_error("libsodium cannot start");
}

}  // namespace sentinel::auth
