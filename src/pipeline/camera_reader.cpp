#include "pipeline/camera_reader.hpp"

#include <fmt/core.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

#include "base/log.hpp"

namespace sentinel::pipeline {

using domain::CameraStatus;
using Do = Reconnect::Do;

void wait_for_real(const std::stop_token& stop, std::chrono::milliseconds duration) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock{mutex};
  never.wait_for(lock, stop, duration, [] { return false; });
}

CameraReader::CameraReader(ReaderConfig config, media::SourceFactory make_source, const Clock& clock,
                           Wait wait, CameraMeter& meter, OnFrame on_frame)
    : config_{std::move(config)},
      make_source_{std::move(make_source)},
      clock_{clock},
      wait_{std::move(wait)},
      meter_{meter},
      on_frame_{std::move(on_frame)},
      machine_{config_.reconnect, std::hash<std::string>{}(config_.source.camera_id)} {}

void CameraReader::run(const std::stop_token& stop) {
  stop_ = stop;
  const std::stop_callback wake{stop, [this] { interrupt(); }};
  auto action = machine_.started();
  while (action.what != Do::kStop) {
    if (stop.stop_requested()) break;
    try {
      switch (action.what) {
        case Do::kConnect:
          action = connect();
          break;
        case Do::kRead:
          action = read();
          break;
        case Do::kWait:
          action = pause(stop, action.wait);
          break;
        case Do::kStop:
          break;
      }
    } catch (const std::exception& failure) {
      log::error(config_.source.camera_id, "the reader failed: {}", failure.what());
      action = fail(internal(failure.what()));
    }
  }
  close_source();
}

Reconnect::Action CameraReader::connect() {
  if (openings_ == 0) meter_.set_status(CameraStatus::kConnecting, "");
  if (openings_ > 0) meter_.reconnecting();
  ++openings_;
  source_ = make_source_(config_.source);
  opening_.with([this](Opening& opening) { opening = {source_, clock_.mono_now(), std::nullopt, false}; });
  if (stop_.stop_requested()) return machine_.stopped();  // it may have come before the source could hear it
  const auto status = source_->open();
  return status ? machine_.opened() : fail(status.error());
}

Reconnect::Action CameraReader::read() {
  const auto begin = clock_.mono_now();
  auto frame = source_->read();
  const auto now = clock_.mono_now();
  reading_us_ += std::chrono::duration_cast<std::chrono::microseconds>(now - begin).count();
  meter_.source(source_->counters(), false);
  if (!frame) return fail(frame.error());
  if (!*frame) {
    meter_.set_status(CameraStatus::kInactive, "the file has ended");
    return machine_.ended();
  }
  ++frames_;
  opening_.with([now](Opening& opening) { opening.latest_frame = now; });
  meter_.decoded(**frame);
  meter_.set_status(CameraStatus::kActive, "");
  on_frame_({std::move(*frame), openings_});
  return machine_.frame(now);
}

Reconnect::Action CameraReader::fail(Error error) {
  if (stop_.stop_requested()) return machine_.stopped();
  const bool stalled = opening_.with([](const Opening& opening) { return opening.stalled; });
  if (stalled) error = unavailable("The camera sends no pictures", error.cause);
  close_source();
  const auto action = machine_.failed(error.kind, clock_.mono_now());
  if (action.what == Do::kStop) {
    meter_.set_status(CameraStatus::kError, error.message);
    final_error_ = std::move(error);
    return action;
  }
  log::warn(config_.source.camera_id, "failed {} time(s) in a row, waiting {} ms: {}",
            machine_.failures_in_a_row(), action.wait.count(), error.describe());
  meter_.set_status(CameraStatus::kError,
                    fmt::format("{}; attempt {} in {:.0f} s", error.message, machine_.failures_in_a_row() + 1,
                                static_cast<double>(action.wait.count()) / 1000));
  return action;
}

Reconnect::Action CameraReader::pause(const std::stop_token& stop, std::chrono::milliseconds duration) {
  wait_(stop, duration);
  return stop.stop_requested() ? machine_.stopped() : machine_.waited();
}

void CameraReader::close_source() {
  if (!source_) return;
  meter_.source(source_->counters(), true);
  opening_.with([](Opening& opening) { opening = {}; });
  source_.reset();
}

void CameraReader::check_stall() {
  if (!config_.watch_stall) return;
  const auto now = clock_.mono_now();
  const auto stalled = opening_.with([&](Opening& opening) -> std::shared_ptr<media::Source> {
    if (!opening.source || opening.stalled) return nullptr;
    const auto quiet = now - opening.latest_frame.value_or(opening.since);
    if (quiet < (opening.latest_frame ? config_.frame_stall : config_.first_frame_stall)) return nullptr;
    opening.stalled = true;
    return opening.source;
  });
  if (stalled) stalled->interrupt();
}

StageReport CameraReader::report() const {
  StageReport report;
  report.name = "decode";
  report.processed = frames_.load();
  report.busy = std::chrono::microseconds{reading_us_.load()};
  return report;
}

void CameraReader::interrupt() {
  const auto source = opening_.with([](const Opening& opening) { return opening.source; });
  if (source) source->interrupt();
}

}  // namespace sentinel::pipeline
