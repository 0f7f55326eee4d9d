#include "pipeline/snapshot.hpp"

#include <utility>

#include "base/log.hpp"

namespace sentinel::pipeline {

std::optional<domain::Snapshot> make_snapshot(const domain::Frame& frame, const media::Overlay& overlay,
                                              int quality, int width_max) {
  auto plain = media::encode_jpeg(frame, {}, quality, width_max);
  if (!plain) {
    log::warn(frame.camera_id, "no snapshot: {}", plain.error().describe());
    return std::nullopt;
  }
  auto boxed = media::encode_jpeg(frame, {overlay}, quality, width_max);
  if (!boxed) {
    log::warn(frame.camera_id, "no snapshot: {}", boxed.error().describe());
    return std::nullopt;
  }
  return domain::Snapshot{std::move(*plain), std::move(*boxed)};
}

}  // namespace sentinel::pipeline
