#include "pipeline/live_tap.hpp"

#include <algorithm>
#include <utility>

#include "pipeline/overlay.hpp"

namespace sentinel::pipeline {

namespace {
constexpr std::size_t kCacheMax = 8;
constexpr std::chrono::seconds kBoxesLagMax{1};
}  // namespace

LiveTap::LiveTap(std::vector<std::string> class_names, EncodeJpeg encode)
    : class_names_{std::move(class_names)}, encode_{std::move(encode)} {}

void LiveTap::show(domain::FramePtr frame) {
  std::uint64_t sequence = 0;
  const auto watchers = latest_.with([&](Latest& latest) {
    sequence = latest.next_sequence++;
    std::swap(latest.frame, frame);  // the old one is freed outside the lock
    latest.frame_sequence = sequence;
    return latest.watchers;
  });
  notify(watchers, sequence);
}

void LiveTap::show(domain::FramePtr frame, const domain::TrackedFrame& tracked) {
  auto tracks = tracked.tracks;
  std::uint64_t sequence = 0;
  const auto watchers = latest_.with([&](Latest& latest) {
    sequence = latest.next_sequence++;
    std::swap(latest.analysed, frame);
    std::swap(latest.tracks, tracks);
    latest.analysed_sequence = sequence;
    return latest.watchers;
  });
  notify(watchers, sequence);
}

void LiveTap::clear() {
  domain::FramePtr frame, analysed;
  latest_.with([&](Latest& latest) {
    std::swap(latest.frame, frame);
    std::swap(latest.analysed, analysed);
    latest.tracks.clear();
  });
  cache_.with([](std::vector<Cached>& cache) { cache.clear(); });
}

std::optional<LivePicture> LiveTap::newer_than(std::uint64_t sequence, bool boxes) const {
  return latest_.with([&](const Latest& latest) -> std::optional<LivePicture> {
    const bool in_time =
        latest.analysed &&
        (!latest.frame || latest.frame->received_at - latest.analysed->received_at <= kBoxesLagMax);
    LivePicture picture;
    if (boxes && in_time) {
      picture = {latest.analysed_sequence, latest.analysed, latest.tracks};
    } else {
      picture = {latest.frame_sequence, latest.frame, {}};
      if (boxes) picture.tracks = latest.tracks;
    }
    if (!picture.frame || picture.sequence <= sequence) return std::nullopt;
    return picture;
  });
}

Result<std::optional<LiveJpeg>> LiveTap::jpeg_newer_than(std::uint64_t sequence, const LiveOptions& options) {
  const auto picture = newer_than(sequence, options.boxes);
  if (!picture) return std::optional<LiveJpeg>{};
  const auto cached = cache_.with([&](const std::vector<Cached>& cache) -> std::optional<LiveJpeg> {
    const auto found = std::find_if(cache.begin(), cache.end(), [&](const Cached& entry) {
      return entry.options == options && entry.jpeg.sequence == picture->sequence;
    });
    if (found == cache.end()) return std::nullopt;
    return found->jpeg;
  });
  if (cached) return cached;
  auto bytes = encode_(*picture->frame, overlays_of(*picture), options.quality, options.width_max);
  if (!bytes) return bytes.error();
  LiveJpeg jpeg{picture->sequence, picture->frame->captured_at,
                std::make_shared<const std::vector<std::uint8_t>>(std::move(*bytes))};
  cache_.with([&](std::vector<Cached>& cache) {
    std::erase_if(cache, [&](const Cached& entry) { return entry.options == options; });
    if (cache.size() >= kCacheMax) cache.erase(cache.begin());
    cache.push_back({options, jpeg});
  });
  return std::optional{std::move(jpeg)};
}

std::shared_ptr<const void> LiveTap::watch(OnPicture on_picture) {
  auto handle = std::make_shared<const OnPicture>(std::move(on_picture));
  latest_.with([&](Latest& latest) {
    std::erase_if(latest.watchers, [](const auto& watcher) { return watcher.expired(); });
    latest.watchers.push_back(handle);
  });
  return handle;
}

void LiveTap::notify(const std::vector<std::weak_ptr<const OnPicture>>& watchers, std::uint64_t sequence) {
  for (const auto& watcher : watchers) {
    if (const auto on_picture = watcher.lock()) (*on_picture)(sequence);
  }
}

std::vector<media::Overlay> LiveTap::overlays_of(const LivePicture& picture) const {
  std::vector<media::Overlay> overlays;
  for (const auto& track : picture.tracks) {
    if (track.state == domain::TrackState::kLost) continue;
    overlays.push_back(overlay_of(track.box, track.class_id, track.score, class_names_));
  }
  return overlays;
}

}  // namespace sentinel::pipeline
