#include "services/live_service.hpp"

#include <algorithm>
#include <chrono>

#include "base/log.hpp"
#include "media/jpeg.hpp"
#include "pipeline/overlay.hpp"

namespace sentinel::services {
namespace {

constexpr int kWidthMax = 1280;
constexpr int kQuality = 75;
constexpr std::chrono::milliseconds kPoll{20};  // while somebody watches
constexpr std::chrono::milliseconds kIdle{1000};

}  // namespace

LiveService::LiveService(pipeline::Orchestrator& orchestrator, std::vector<std::string> class_names,
                         const Clock& clock, Listener listener)
    : orchestrator_{orchestrator},
      class_names_{std::move(class_names)},
      clock_{clock},
      listener_{std::move(listener)},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

LiveService::~LiveService() {
  thread_.request_stop();
  wake_.notify_all();
}

void LiveService::set_demand(const std::string& camera_id, bool boxes, double fps) {
  demands_.with([&](auto& demands) {
    if (fps > 0) {
      demands[{camera_id, boxes}].fps = fps;
    } else {
      demands.erase({camera_id, boxes});
    }
  });
  wake_.notify_all();
}

std::vector<std::pair<LiveService::Key, std::uint64_t>> LiveService::take_due() {
  const MonoTime now = clock_.mono_now();
  return demands_.with([&](auto& demands) {
    std::vector<std::pair<Key, std::uint64_t>> due;
    for (auto& [key, demand] : demands) {
      if (now >= demand.due) due.emplace_back(key, demand.sequence);
    }
    return due;
  });
}

void LiveService::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    for (const auto& [key, sequence] : take_due()) {
      try {
        show(key, sequence);
      } catch (const std::exception& failure) {
        log::error(key.first, "live picture: {}", failure.what());
      }
    }
    const bool watched = demands_.with([](const auto& demands) { return !demands.empty(); });
    std::unique_lock lock{wait_mutex_};
    wake_.wait_for(lock, stop, watched ? kPoll : kIdle, [] { return false; });
  }
}

void LiveService::show(const Key& key, std::uint64_t sequence) {
  const auto tap = orchestrator_.live(key.first);
  const auto picture = tap ? tap->newer_than(sequence, true) : std::nullopt;
  if (!picture) return;
  const domain::Frame& frame = *picture->frame;
  LiveUpdate update{key.first, key.second, frame.captured_at, frame.stream_time, frame.width, frame.height,
                    {},        {}};
  std::vector<media::Overlay> overlays;
  for (const domain::Track& track : picture->tracks) {
    if (track.state == domain::TrackState::kLost) continue;
    const auto class_id = static_cast<std::size_t>(track.class_id);
    const std::string label = class_id < class_names_.size() ? class_names_[class_id] : "";
    update.objects.push_back(
        {track.id, label, track.score, domain::normalize(track.box, frame.width, frame.height)});
    if (key.second)
      overlays.push_back(pipeline::overlay_of(track.box, track.class_id, track.score, class_names_));
  }
  auto jpeg = media::encode_jpeg(frame, overlays, kQuality, kWidthMax);
  demands_.with([&](auto& demands) {
    const auto found = demands.find(key);
    if (found == demands.end()) return;
    found->second.sequence = picture->sequence;
    const auto period = std::chrono::microseconds{static_cast<std::int64_t>(1e6 / found->second.fps)};
    // A steady pace: the next turn is counted from the last one's due time, unless that is long gone.
    found->second.due = std::max(found->second.due + period, clock_.mono_now() - period);
  });
  if (!jpeg) {
    log::warn(key.first, "live picture: {}", jpeg.error().describe());
    return;
  }
  update.jpeg = std::move(*jpeg);
  listener_(update);
}

}  // namespace sentinel::services
