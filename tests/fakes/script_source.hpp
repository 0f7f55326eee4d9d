// A source that plays a script: frames, then an end, a failure or a silence.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "media/source.hpp"
#include "tests/fakes/fake_frame.hpp"

namespace sentinel::fakes {

// What one opening does.
struct Script {
  enum class Then { kEnd, kFail, kHang };  // after the last frame; kHang: until interrupt()
  Status open = {};
  std::vector<FakeFrame> frames = {};
  Then then = Then::kEnd;
  ErrorKind failure = ErrorKind::kUnavailable;
};

class ScriptSource final : public media::Source {
 public:
  explicit ScriptSource(Script script) : script_{std::move(script)} {}

  Status open() override { return script_.open; }

  Result<domain::FramePtr> read() override {
    if (next_ < script_.frames.size()) {
      counters_.bytes += 1000;
      ++counters_.packets;
      return make_frame(script_.frames[next_++]);
    }
    if (script_.then == Script::Then::kEnd) return domain::FramePtr{};
    if (script_.then == Script::Then::kHang) {
      std::unique_lock lock{mutex_};
      interrupted_.wait(lock, [this] { return is_interrupted_; });
      return unavailable("Interrupted");
    }
    return Error{script_.failure, ClientText{"The script says so"}};
  }

  void interrupt() override {
    {
      const std::lock_guard lock{mutex_};
      is_interrupted_ = true;
    }
    interrupted_.notify_all();
  }

  media::SourceCounters counters() const override { return counters_; }

 private:
  const Script script_;
  std::size_t next_ = 0;
  media::SourceCounters counters_;
  std::mutex mutex_;
  std::condition_variable interrupted_;
  bool is_interrupted_ = false;
};

// `count` frames, `fps` a second, from stream time 0. `square_x` of frame n is `x(n)`.
inline std::vector<FakeFrame> steady_frames(int count, double fps, const std::function<int(int)>& x = {}) {
  std::vector<FakeFrame> frames;
  for (int n = 0; n < count; ++n) {
    FakeFrame frame;
    frame.sequence = static_cast<std::uint64_t>(n);
    frame.stream_time = StreamTime{static_cast<std::int64_t>(n * 1e6 / fps)};
    if (x) frame.square_x = x(n);
    frames.push_back(std::move(frame));
  }
  return frames;
}

}  // namespace sentinel::fakes
