// Reads one camera and never gives up on it: opens its source, hands on its frames, and after a failure waits
// and opens it anew.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "media/source.hpp"
#include "pipeline/camera_meter.hpp"
#include "pipeline/items.hpp"
#include "pipeline/reconnect.hpp"
#include "pipeline/stage_runner.hpp"

namespace sentinel::pipeline {

struct ReaderConfig {
  media::SourceConfig source;
  ReconnectConfig reconnect;
  bool watch_stall = true;                       // see check_stall(); off for files, which may have gaps
  std::chrono::milliseconds frame_stall{4'500};  // between two frames, so a stall shows within 5 s
  std::chrono::milliseconds first_frame_stall{15'000};  // from open() to the first: it waits for a keyframe
};

// Waits for so long, or until stop is requested. A test hands in one that moves its clock and returns at
// once.
using Wait = std::function<void(const std::stop_token&, std::chrono::milliseconds)>;
void wait_for_real(const std::stop_token& stop, std::chrono::milliseconds duration);

class CameraReader {
 public:
  // Called with every decoded frame in the reader's thread. It must not wait, or the camera backs up; with
  // files read as fast as can be it may.
  using OnFrame = std::function<void(DecodedFrame)>;

  CameraReader(ReaderConfig config, media::SourceFactory make_source, const Clock& clock, Wait wait,
               CameraMeter& meter, OnFrame on_frame);

  // Reads until stop is requested, the file ends, or a failure that is not retried. Called once, by the
  // thread that shall do the reading. `stop` also interrupts an open() or read() that hangs.
  void run(const std::stop_token& stop);
  // The failure that ended run(), if one did. For after run().
  const std::optional<Error>& final_error() const { return final_error_; }

  // Interrupts the source when no frame has come for too long, although packets may. Called now and then by
  // another thread.
  void check_stall();

  // Frames read, and the time inside Source::read(): with a camera mostly waiting, with a file at
  // Pace::kFastest decoding. Thread-safe.
  StageReport report() const;

 private:
  // What another thread needs to see of the opening at hand.
  struct Opening {
    std::shared_ptr<media::Source> source;
    MonoTime since{};
    std::optional<MonoTime> latest_frame;
    bool stalled = false;
  };

  Reconnect::Action connect();
  Reconnect::Action read();
  Reconnect::Action fail(Error error);
  Reconnect::Action pause(const std::stop_token& stop, std::chrono::milliseconds duration);
  void close_source();
  void interrupt();

  const ReaderConfig config_;
  const media::SourceFactory make_source_;
  const Clock& clock_;
  const Wait wait_;
  CameraMeter& meter_;
  const OnFrame on_frame_;
  Reconnect machine_;
  Guarded<Opening> opening_;
  std::shared_ptr<media::Source> source_;  // the reader thread's own hold on opening_.source
  std::stop_token stop_;
  int openings_ = 0;
  std::atomic<std::uint64_t> frames_{0};
  std::atomic<std::int64_t> reading_us_{0};
  std::optional<Error> final_error_;
};

}  // namespace sentinel::pipeline
