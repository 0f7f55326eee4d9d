#include "pipeline/reconnect.hpp"

#include <algorithm>

namespace sentinel::pipeline {

using std::chrono::milliseconds;

bool is_permanent(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
    case ErrorKind::kUnauthenticated:
    case ErrorKind::kForbidden:
    case ErrorKind::kUnsupported:
      return true;
    case ErrorKind::kNotFound:
    case ErrorKind::kConflict:
    case ErrorKind::kTooLarge:
    case ErrorKind::kThrottled:
    case ErrorKind::kUnavailable:
    case ErrorKind::kInternal:
      return false;
  }
  return false;
}

Reconnect::Action Reconnect::started() {
  return next(Do::kConnect);
}

Reconnect::Action Reconnect::opened() {
  reading_ = false;
  return next(Do::kRead);
}

Reconnect::Action Reconnect::frame(MonoTime now) {
  if (!reading_) first_frame_at_ = now;
  reading_ = true;
  latest_frame_at_ = now;
  return next(Do::kRead);
}

Reconnect::Action Reconnect::ended() {
  return stopped();
}

Reconnect::Action Reconnect::failed(ErrorKind kind, MonoTime now) {
  if (!config_.retry) return stopped();
  // A stream that ran for a while and then stood still does not count the standstill as running.
  const bool was_stable =
      reading_ && std::min(now, latest_frame_at_) - first_frame_at_ >= config_.stable_after;
  reading_ = false;
  if (was_stable) failures_ = 0;
  ++failures_;
  if (is_permanent(kind)) return next(Do::kWait, jittered(config_.wait_permanent));
  milliseconds wait = config_.wait_first;
  for (int i = 1; i < failures_ && wait < config_.wait_max; ++i) wait *= 2;
  return next(Do::kWait, jittered(std::min(wait, config_.wait_max)));
}

Reconnect::Action Reconnect::waited() {
  return next(Do::kConnect);
}

Reconnect::Action Reconnect::stopped() {
  stopped_ = true;
  return next(Do::kStop);
}

Reconnect::Action Reconnect::next(Do what, milliseconds wait) {
  if (stopped_) return {};
  return {what, wait};
}

// splitmix64 (Steele, Lea, Flood 2014): a few bits of noise, for which a small generator does.
milliseconds Reconnect::jittered(milliseconds wait) {
  random_ += 0x9e3779b97f4a7c15ULL;
  std::uint64_t bits = random_;
  bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebULL;
  bits ^= bits >> 31U;
  const double unit = static_cast<double>(bits >> 11U) / static_cast<double>(1ULL << 53U);  // 0..1
  const double factor = 1 + static_cast<double>(config_.jitter) * (2 * unit - 1);
  return milliseconds{static_cast<std::int64_t>(static_cast<double>(wait.count()) * factor)};
}

}  // namespace sentinel::pipeline
