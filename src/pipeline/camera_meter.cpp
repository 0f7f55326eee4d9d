#include "pipeline/camera_meter.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace sentinel::pipeline {

namespace {
std::int64_t second_of(MonoTime now) {
  return std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
}
}  // namespace

void RateMeter::count(MonoTime now) {
  const auto second = second_of(now);
  if (first_second_ < 0) first_second_ = second;
  auto& bucket = buckets_[static_cast<std::size_t>(second) % buckets_.size()];
  if (bucket.second != second) bucket = {second, 0};
  ++bucket.count;
}

double RateMeter::per_second(MonoTime now) const {
  const auto second = second_of(now);
  const auto whole_seconds = std::min(kWindow, second - first_second_);
  if (first_second_ < 0 || whole_seconds < 1) return 0;
  std::uint64_t sum = 0;
  for (const auto& bucket : buckets_) {
    if (bucket.second >= second - whole_seconds && bucket.second < second) sum += bucket.count;
  }
  return static_cast<double>(sum) / static_cast<double>(whole_seconds);
}

CameraMeter::CameraMeter(std::string camera_id, const Clock& clock, OnStatus on_status)
    : camera_id_{std::move(camera_id)}, clock_{clock}, on_status_{std::move(on_status)} {
  state_.with([&](State& state) {
    state.stats.status_since = clock_.utc_now();
    state.stats.started_at = clock_.utc_now();
  });
}

void CameraMeter::set_status(domain::CameraStatus status, std::string reason) {
  const auto now = clock_.utc_now();
  const bool changed = state_.with([&](State& state) {
    auto& stats = state.stats;
    if (stats.status == status && stats.status_reason == reason) return false;
    if (stats.status != status) stats.status_since = now;
    stats.status = status;
    stats.status_reason = reason;
    return true;
  });
  if (!changed) return;
  log::info(camera_id_, "{}{}{}", domain::to_text(status), reason.empty() ? "" : ": ", reason);
  if (on_status_) on_status_({camera_id_, status, std::move(reason), now});
}

void CameraMeter::decoded(const domain::Frame& frame) {
  const auto now = clock_.mono_now();
  state_.with([&](State& state) {
    ++state.stats.frames_decoded;
    state.stats.last_frame_at = frame.captured_at;
    state.stats.width = frame.width;
    state.stats.height = frame.height;
    state.in.count(now);
  });
}

void CameraMeter::skipped() {
  state_.with([](State& state) { ++state.stats.frames_skipped; });
}

void CameraMeter::quiet() {
  state_.with([](State& state) { ++state.stats.frames_quiet; });
}

void CameraMeter::inferred() {
  const auto now = clock_.mono_now();
  state_.with([now](State& state) {
    ++state.stats.frames_inferred;
    state.analysed.count(now);
  });
}

void CameraMeter::reconnecting() {
  state_.with([](State& state) { ++state.stats.reconnects; });
}

void CameraMeter::source(const media::SourceCounters& counters, bool closed) {
  state_.with([&](State& state) {
    state.present = counters;
    if (!closed) return;
    state.past.bytes += counters.bytes;
    state.past.packets += counters.packets;
    state.past.decode_errors += counters.decode_errors;
    state.present = {};
  });
}

domain::CameraStats CameraMeter::stats() const {
  const auto now = clock_.mono_now();
  return state_.with([now](const State& state) {
    auto stats = state.stats;
    stats.fps_in = state.in.per_second(now);
    stats.fps_analysed = state.analysed.per_second(now);
    stats.bytes_received = state.past.bytes + state.present.bytes;
    stats.decode_errors = state.past.decode_errors + state.present.decode_errors;
    return stats;
  });
}

}  // namespace sentinel::pipeline
