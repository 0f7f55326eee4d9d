// A Source that plays a script instead of a stream: pictures made by hand, and faults on demand. For tests of
// what reads sources; no time passes in it unless a script says wait().
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "media/interrupt.hpp"
#include "media/source.hpp"
#include "tests/fakes/frames.hpp"

namespace sentinel::fakes {

// What one opening of a source does, in order. After the last step: the end of the file, again and again.
class SourceScript {
 public:
  // The picture after the last one, `step` later in stream time; the first one is at 0.
  SourceScript& picture(const FrameSpec& spec = {}, StreamTime step = std::chrono::milliseconds{100}) {
    if (pictures_++ > 0) time_ += step;
    steps_.emplace_back(Picture{spec, time_});
    return *this;
  }
  SourceScript& pictures(int count, const FrameSpec& spec = {},
                         StreamTime step = std::chrono::milliseconds{100}) {
    for (int i = 0; i < count; ++i) picture(spec, step);
    return *this;
  }
  // read() fails; every later read() of this opening as well.
  SourceScript& fail(Error error) {
    steps_.emplace_back(std::move(error));
    return *this;
  }
  // read() blocks until interrupt(): a camera that sends nothing.
  SourceScript& wait() {
    steps_.emplace_back(Wait{});
    return *this;
  }
  // open() fails.
  static SourceScript refuse(Error error) {
    SourceScript script;
    script.refusal_ = std::make_shared<const Error>(std::move(error));
    return script;
  }

 private:
  friend class ScriptSource;
  struct Picture {
    FrameSpec spec;
    StreamTime time;
  };
  struct Wait {};

  std::vector<std::variant<Picture, Error, Wait>> steps_;
  std::shared_ptr<const Error> refusal_;
  std::uint64_t pictures_ = 0;
  StreamTime time_{0};
};

class ScriptSource final : public media::Source {
 public:
  // `on_picture` is called on the reading thread with each picture before it is handed out: to move a test's
  // clock.
  ScriptSource(std::string camera_id, SourceScript script,
               std::function<void(const domain::Frame&)> on_picture = {})
      : camera_id_{std::move(camera_id)}, script_{std::move(script)}, on_picture_{std::move(on_picture)} {}

  Status open() override {
    if (interrupt_.requested()) return unavailable("Interrupted");
    if (script_.refusal_) return *script_.refusal_;
    return {};
  }

  Result<domain::FramePtr> read() override {
    if (interrupt_.requested()) return unavailable("Interrupted");
    if (at_ == script_.steps_.size()) return domain::FramePtr{};
    const auto& step = script_.steps_[at_];
    if (const auto* error = std::get_if<Error>(&step)) return *error;
    if (const auto* picture = std::get_if<SourceScript::Picture>(&step)) return show(*picture);
    while (interrupt_.sleep_for(std::chrono::hours{1})) {
    }
    return unavailable("Interrupted");
  }

  void interrupt() override { interrupt_.request(); }
  media::SourceCounters counters() const override { return counters_; }

 private:
  Result<domain::FramePtr> show(const SourceScript::Picture& picture) {
    ++at_;
    ++counters_.packets;
    counters_.bytes += 1000;
    domain::Frame frame = *make_frame_at(picture.spec, sequence_++, picture.time);
    frame.camera_id = camera_id_;
    if (on_picture_) on_picture_(frame);
    return std::make_shared<const domain::Frame>(std::move(frame));
  }

  const std::string camera_id_;
  const SourceScript script_;
  const std::function<void(const domain::Frame&)> on_picture_;
  media::Interrupt interrupt_;
  std::size_t at_ = 0;
  std::uint64_t sequence_ = 0;
  media::SourceCounters counters_;
};

// A camera that is opened several times, each time after another script; the last one serves all further
// openings. Outlives its factory's sources. Thread-safe once made.
class ScriptCamera {
 public:
  explicit ScriptCamera(std::vector<SourceScript> openings) : openings_{std::move(openings)} {}

  media::SourceFactory factory(std::function<void(const domain::Frame&)> on_picture = {}) {
    return [this, on_picture = std::move(on_picture)](const media::SourceConfig& config) {
      const auto opening = static_cast<std::size_t>(made_++);
      return std::make_unique<ScriptSource>(config.camera_id,
                                            openings_[std::min(opening, openings_.size() - 1)], on_picture);
    };
  }
  int sources_made() const { return made_; }

 private:
  const std::vector<SourceScript> openings_;
  std::atomic<int> made_{0};
};

}  // namespace sentinel::fakes
