// The live picture of one camera, for viewers. It keeps the latest frame and the latest analysed one; nothing
// is encoded until somebody asks, and no viewer can delay the pipeline.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/guarded.hpp"
#include "domain/frame.hpp"
#include "domain/track.hpp"
#include "media/jpeg.hpp"
#include "pipeline/snapshot.hpp"

namespace sentinel::pipeline {

// What a viewer asks for.
struct LiveOptions {
  bool boxes = false;    // draw the tracks in
  int width_max = 1280;  // 0: as the camera sends it
  int quality = 75;
  bool operator==(const LiveOptions&) const = default;
};

struct LivePicture {
  std::uint64_t sequence = 0;  // grows over restarts of the camera too; pass it to the next newer_than()
  domain::FramePtr frame;
  std::vector<domain::Track> tracks;  // confirmed, stationary and lost ones; empty when none were asked for
};

struct LiveJpeg {
  std::uint64_t sequence = 0;
  UtcTime captured_at{};
  std::shared_ptr<const std::vector<std::uint8_t>> bytes;
};

// Thread-safe. Outlives the camera's pipeline: it is kept while the camera is known.
class LiveTap {
 public:
  // `class_names` label the boxes.
  explicit LiveTap(std::vector<std::string> class_names, EncodeJpeg encode = media::encode_jpeg);

  // From the pipeline. Each only swaps pointers under a lock, and calls the watchers.
  void show(domain::FramePtr frame);
  void show(domain::FramePtr frame, const domain::TrackedFrame& tracked);
  // The camera was stopped: there is no picture any more, and the frames are let go.
  void clear();

  // The latest picture, if there is one newer than `sequence` (0: any). With boxes it is the latest analysed
  // frame, so that the boxes lie where they belong; while the analysis lags by more than a second it is the
  // latest frame with the latest tracks.
  std::optional<LivePicture> newer_than(std::uint64_t sequence, bool boxes) const;
  // The same as a JPEG, encoded in the caller's thread and shared with others that ask for the same.
  // Empty: nothing newer. An error: the picture could not be encoded.
  Result<std::optional<LiveJpeg>> jpeg_newer_than(std::uint64_t sequence, const LiveOptions& options);

  // While the returned handle lives, `on_picture` is called for every new frame, in the pipeline's threads:
  // it must return at once (post to an executor), and must not call watch() or drop a handle.
  using OnPicture = std::function<void(std::uint64_t sequence)>;
  std::shared_ptr<const void> watch(OnPicture on_picture);

 private:
  struct Latest {
    std::uint64_t next_sequence = 1;
    domain::FramePtr frame;
    std::uint64_t frame_sequence = 0;
    domain::FramePtr analysed;
    std::uint64_t analysed_sequence = 0;
    std::vector<domain::Track> tracks;
    std::vector<std::weak_ptr<const OnPicture>> watchers;
  };
  struct Cached {
    LiveOptions options;
    LiveJpeg jpeg;
  };

  std::vector<media::Overlay> overlays_of(const LivePicture& picture) const;
  static void notify(const std::vector<std::weak_ptr<const OnPicture>>& watchers, std::uint64_t sequence);

  const std::vector<std::string> class_names_;
  const EncodeJpeg encode_;
  Guarded<Latest> latest_;
  Guarded<std::vector<Cached>> cache_;  // one entry for each set of options asked for, kCacheMax at most
};

}  // namespace sentinel::pipeline
