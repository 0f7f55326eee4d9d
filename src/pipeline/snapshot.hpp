// The picture that an event keeps.
#pragma once

#include <functional>
#include <optional>

#include "domain/event.hpp"
#include "domain/frame.hpp"
#include "media/jpeg.hpp"

namespace sentinel::pipeline {

// Makes both JPEGs of a snapshot. Empty when the picture cannot be encoded.
using MakeSnapshot = std::function<std::optional<domain::Snapshot>(
    const domain::Frame&, const media::Overlay&, int quality, int width_max)>;
std::optional<domain::Snapshot> make_snapshot(const domain::Frame& frame, const media::Overlay& overlay,
                                              int quality, int width_max);

}  // namespace sentinel::pipeline
