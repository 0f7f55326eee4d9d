// A progress bar on a terminal: how far, how fast, how long still.
#pragma once

#include <optional>
#include <ostream>

#include "base/clock.hpp"

namespace sentinel::app {

// Draws nothing unless `on_terminal`. Used by one thread at a time.
class Progress {
 public:
  // Without a length it counts instead of drawing a bar.
  Progress(std::ostream& out, bool on_terminal, std::optional<StreamTime> length, const Clock& clock);
  void show(StreamTime done);
  // Wipes the line.
  void end();

 private:
  std::ostream& out_;
  const bool on_terminal_;
  const std::optional<StreamTime> length_;
  const Clock& clock_;
  const MonoTime start_;
  MonoTime due_{};
};

}  // namespace sentinel::app
