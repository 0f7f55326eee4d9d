// The picture that an event keeps.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "domain/event.hpp"
#include "domain/frame.hpp"
#include "media/jpeg.hpp"

namespace sentinel::pipeline {

// As media::encode_jpeg().
using EncodeJpeg = std::function<Result<std::vector<std::uint8_t>>(
    const domain::Frame&, const std::vector<media::Overlay>&, int quality, int width_max)>;

// Makes the snapshots of one frame: the plain picture is encoded once for all events that keep this frame.
class FrameSnapshots {
 public:
  FrameSnapshots(const domain::Frame& frame, const EncodeJpeg& encode, int quality, int width_max)
      : frame_{frame}, encode_{encode}, quality_{quality}, width_max_{width_max} {}

  // Empty when the picture cannot be encoded.
  std::optional<domain::Snapshot> with(const media::Overlay& overlay);

 private:
  std::optional<std::vector<std::uint8_t>> encode(const std::vector<media::Overlay>& overlays) const;

  const domain::Frame& frame_;
  const EncodeJpeg& encode_;
  const int quality_;
  const int width_max_;
  std::optional<std::vector<std::uint8_t>> plain_;
};

}  // namespace sentinel::pipeline
