// A stage of a pipeline: it takes items of one kind and emits items of another. Stages hold the logic;
// threads, queues, timing and the catching of exceptions live in stage_runner.hpp.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>

namespace sentinel::pipeline {

// Why an item ended its way in a stage. Overload is an outcome that is counted, not an error.
enum class DropReason {
  kOverRate,    // sampled away: over the camera's fps_max
  kOutOfOrder,  // its time does not lie after that of the item before
};

// Where a stage puts what it makes: into the next queue, or straight into the next stage.
template <class Out>
class Emit {
 public:
  using Forward = std::function<void(Out)>;
  using Drop = std::function<void(DropReason)>;

  explicit Emit(Forward forward, Drop drop = {}) : forward_{std::move(forward)}, drop_{std::move(drop)} {}
  void operator()(Out item) const { forward_(std::move(item)); }
  void drop(DropReason reason) const {
    if (drop_) drop_(reason);
  }

 private:
  Forward forward_;
  Drop drop_;
};

// One stage, one thread: no member is entered twice at once, so a stage needs no mutex. All may throw: the
// runner logs, counts and goes on with the next item.
template <class In, class Out>
class Stage {
 public:
  virtual ~Stage() = default;
  virtual std::string_view name() const noexcept = 0;  // metric label and log field
  virtual void process(In item, const Emit<Out>& emit) = 0;
  // Nothing came for a while (the runner's idle_every).
  virtual void idle(const Emit<Out>& emit) { static_cast<void>(emit); }
  // Nothing will come any more: the last chance to emit.
  virtual void finish(const Emit<Out>& emit) { static_cast<void>(emit); }
};

}  // namespace sentinel::pipeline
