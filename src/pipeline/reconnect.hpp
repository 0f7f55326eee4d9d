// When a camera is connected to, read, waited for or given up: a state machine without I/O.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/error.hpp"
#include "base/time.hpp"

namespace sentinel::pipeline {

struct ReconnectConfig {
  bool retry = true;                            // false: the first failure is the last (analyze)
  std::chrono::milliseconds wait_first{1'000};  // doubled with every failure in a row …
  std::chrono::milliseconds wait_max{30'000};   // … up to this
  // After a failure that waiting alone does not mend: a wrong password, an unfit URL, an unknown codec.
  // Longer, so that a camera that counts failed logins does not lock us out.
  std::chrono::milliseconds wait_permanent{60'000};
  float jitter = 0.2F;                             // share of the wait, either way: spreads many cameras
  std::chrono::milliseconds stable_after{30'000};  // frames over so long end a row of failures
};

// True for the kinds that the same attempt will most likely meet again.
bool is_permanent(ErrorKind kind);

class Reconnect {
 public:
  enum class Do {
    kConnect,  // open the source, then tell opened() or failed()
    kRead,     // read a frame, then tell frame(), ended() or failed()
    kWait,     // wait for `wait`, then tell waited()
    kStop,     // nothing more
  };
  struct Action {
    Do what = Do::kStop;
    std::chrono::milliseconds wait{0};
  };

  // `seed` decides the jitter: cameras should differ in it.
  Reconnect(const ReconnectConfig& config, std::uint64_t seed) : config_{config}, random_{seed} {}

  // One method an event; each answers what to do next. After stopped(), or a failure without retry, that is
  // kStop for ever.
  Action started();
  Action opened();
  Action frame(MonoTime now);
  Action ended();  // the end of a file
  Action failed(ErrorKind kind, MonoTime now);
  Action waited();
  Action stopped();

  int failures_in_a_row() const { return failures_; }

 private:
  std::chrono::milliseconds jittered(std::chrono::milliseconds wait);
  Action next(Do what, std::chrono::milliseconds wait = {});

  ReconnectConfig config_;
  std::uint64_t random_;
  int failures_ = 0;
  bool stopped_ = false;
  bool reading_ = false;       // a frame came since the last opening
  MonoTime first_frame_at_{};  // of this opening; valid while reading_
  MonoTime latest_frame_at_{};
};

}  // namespace sentinel::pipeline
