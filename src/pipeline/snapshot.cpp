#include "pipeline/snapshot.hpp"

#include <utility>

#include "base/log.hpp"

namespace sentinel::pipeline {

std::optional<domain::Snapshot> FrameSnapshots::with(const media::Overlay& overlay) {
  if (!plain_) plain_ = encode({});
  if (!plain_) return std::nullopt;
  auto boxed = encode({overlay});
  if (!boxed) return std::nullopt;
  return domain::Snapshot{*plain_, std::move(*boxed)};
}

std::optional<std::vector<std::uint8_t>> FrameSnapshots::encode(
    const std::vector<media::Overlay>& overlays) const {
  auto jpeg = encode_(frame_, overlays, quality_, width_max_);
  if (jpeg) return std::move(*jpeg);
  log::warn(frame_.camera_id, "no snapshot: {}", jpeg.error().describe());
  return std::nullopt;
}

}  // namespace sentinel::pipeline
