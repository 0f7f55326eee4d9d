#include "media/ffmpeg/av_source.hpp"

#include <optional>
#include <utility>

#include "media/ffmpeg/av_decoder.hpp"
#include "media/ffmpeg/av_frame.hpp"
#include "media/ffmpeg/av_input.hpp"
#include "media/ffmpeg/av_log.hpp"
#include "media/interrupt.hpp"
#include "media/time_anchor.hpp"
#include "media/timeline.hpp"
#include "media/url.hpp"

namespace sentinel::media {
namespace {

constexpr AVRational kMicroseconds{1, 1'000'000};
// A file that is analysed as fast as it can be read keeps its pauses; one that is played does not sit them
// out.
constexpr StreamTime kPauseMaxAnalysed = std::chrono::hours{24};
constexpr StreamTime kPauseMaxPlayed = std::chrono::seconds{10};

struct Target {
  CameraUrl url;
  std::string userinfo;  // percent-encoded, empty without credentials
};

Result<Target> target_of(const SourceConfig& config) {
  if (config.url.find("://") == std::string::npos) {
    std::error_code failure;
    auto path = std::filesystem::absolute(config.url, failure);
    if (config.url.empty() || failure) return invalid("The path of the file is empty or too long");
    return Target{CameraUrl{UrlScheme::kFile, {}, {}, path.string()}, {}};
  }
  auto parsed = parse_camera_url(config.url);
  if (!parsed) return parsed.error();
  Target target{std::move(parsed->url), {}};
  const auto& credentials = config.credentials ? config.credentials : parsed->credentials;
  if (credentials && !(credentials->username.empty() && credentials->password.empty())) {
    auto userinfo = encode_userinfo(*credentials);
    if (!userinfo) return userinfo.error();
    target.userinfo = std::move(*userinfo);
  }
  return target;
}

// The URL for libav alone: a numeric address, and the credentials.
std::string dial_text(const Target& target, const Endpoint& endpoint) {
  std::string out = target.url.scheme == UrlScheme::kRtsps ? "rtsps://" : "rtsp://";
  if (!target.userinfo.empty()) out += target.userinfo + "@";
  out += to_text(endpoint);
  if (!target.url.target.starts_with('/')) out += "/";
  return out + target.url.target;
}

class AvSource final : public Source {
 public:
  AvSource(SourceConfig config, SourceGuards guards, const Clock& clock)
      : config_{std::move(config)}, guards_{std::move(guards)}, clock_{clock} {}

  Status open() override;
  Result<domain::FramePtr> read() override;
  void interrupt() override { interrupt_.request(); }
  SourceCounters counters() const override { return counters_; }

 private:
  Status open_camera(const Target& target);
  Status open_file(const Target& target);
  Status start_decoding();
  Status feed();
  Result<bool> begin_again();
  Result<domain::FramePtr> deliver(AvFramePtr picture);
  Status wait_until_due(StreamTime stream_time);

  const SourceConfig config_;
  const SourceGuards guards_;
  const Clock& clock_;
  Interrupt interrupt_;
  AvWatch watch_{clock_, interrupt_};
  bool live_ = false;
  OwnedFd file_;
  std::optional<AvInput> input_;
  AvDecoder decoder_;
  AvPacketPtr packet_;
  FrameMaker frames_;
  std::optional<Timeline> timeline_;
  TimeAnchor anchor_;   // live
  Pacer pacer_;         // a file at real-time pace
  UtcTime file_start_;  // a file
  MonoTime last_picture_;
  std::uint64_t sequence_ = 0;
  std::uint64_t pass_pictures_ = 0;
  bool drained_ = false;  // the file is read to its end; the decoder may hold pictures
  SourceCounters counters_;
};

Status AvSource::open() {
  const AvLogScope log{config_.camera_id, &watch_};
  const auto target = target_of(config_);
  if (!target) return target.error();
  const Status opened = target->url.scheme == UrlScheme::kFile ? open_file(*target) : open_camera(*target);
  return opened ? start_decoding() : opened;
}

Status AvSource::open_camera(const Target& target) {
  live_ = true;
  const AddressLookup lookup = [this](const std::string& host) {
    return guards_.lookup.within(host, config_.connect_timeout, interrupt_);
  };
  const auto endpoint = guards_.network.resolve_allowed(target.url.host, effective_port(target.url), lookup);
  if (!endpoint) return endpoint.error();
  input_.emplace(watch_, AvInput::Timeouts{config_.connect_timeout, config_.stall_timeout});
  return input_->open_camera(dial_text(target, *endpoint), target.url.scheme);
}

Status AvSource::open_file(const Target& target) {
  auto file = guards_.files.open_allowed(target.url.target);
  if (!file) return file.error();
  file_ = std::move(*file);
  file_start_ = clock_.utc_now();
  input_.emplace(watch_, AvInput::Timeouts{config_.connect_timeout, config_.stall_timeout});
  return input_->open_file(file_);
}

Status AvSource::start_decoding() {
  packet_.reset(av_packet_alloc());
  if (!packet_) return unavailable("There is not enough memory for the stream");
  TimelineConfig config;
  config.frame_duration = input_->frame_duration();
  config.live = live_;
  if (!live_) config.jump_max = config_.pace == Pace::kFastest ? kPauseMaxAnalysed : kPauseMaxPlayed;
  timeline_.emplace(config);
  last_picture_ = clock_.mono_now();
  return decoder_.open(input_->video(), config_.threads, live_);
}

Result<domain::FramePtr> AvSource::read() {
  const AvLogScope log{config_.camera_id, &watch_};
  if (!packet_) return internal("read() without a successful open()");
  while (!interrupt_.requested()) {
    if (AvFramePtr picture = decoder_.receive()) return deliver(std::move(picture));
    if (drained_) {
      const auto again = begin_again();
      if (!again) return again.error();
      if (!*again) return domain::FramePtr{};
    }
    if (const auto fed = feed(); !fed) return fed.error();
  }
  return unavailable("Interrupted");
}

Status AvSource::feed() {
  const auto more = input_->read(*packet_);
  if (!more) return more.error();
  drained_ = !*more;
  if (!drained_) {
    counters_.bytes += static_cast<std::uint64_t>(packet_->size);
    ++counters_.packets;
  }
  decoder_.send(drained_ ? nullptr : packet_.get());
  counters_.decode_errors = decoder_.errors();
  if (live_ && clock_.mono_now() - last_picture_ > kPictureWaitMax) {
    return unavailable("Data arrives, but no picture could be decoded for 30 s", current_complaint());
  }
  return {};
}

// At the end of a file. True when it starts anew, false when this was all.
Result<bool> AvSource::begin_again() {
  if (pass_pictures_ == 0) {
    return Error{ErrorKind::kInvalid, ClientText{"No picture of the file could be decoded"},
                 LogText{current_complaint()}};
  }
  if (!config_.loop) return false;
  // Opened anew rather than sought back: every format can do that, and lands on the first picture.
  input_.reset();
  input_.emplace(watch_, AvInput::Timeouts{config_.connect_timeout, config_.stall_timeout});
  if (const auto opened = input_->open_file(file_); !opened) return opened.error();
  decoder_.restart();
  timeline_->join_next();
  pass_pictures_ = 0;
  drained_ = false;
  return true;
}

Status AvSource::wait_until_due(StreamTime stream_time) {
  const Pacer::Plan plan = pacer_.next(stream_time, clock_.mono_now());
  file_start_ += plan.slipped;
  if (plan.wait.count() > 0 && !interrupt_.sleep_for(plan.wait)) return unavailable("Interrupted");
  return {};
}

Result<domain::FramePtr> AvSource::deliver(AvFramePtr picture) {
  std::optional<StreamTime> timestamp;
  if (picture->best_effort_timestamp != AV_NOPTS_VALUE) {
    timestamp =
        StreamTime{av_rescale_q(picture->best_effort_timestamp, input_->video().time_base, kMicroseconds)};
  }
  last_picture_ = clock_.mono_now();
  timeline_->skip(decoder_.take_skipped());
  const StreamTime stream_time = timeline_->next(timestamp, last_picture_);
  auto made = frames_.make(std::move(picture));
  if (!made) return made.error();
  if (!live_ && config_.pace == Pace::kRealTime) {
    if (const auto due = wait_until_due(stream_time); !due) return due.error();
  }
  made->camera_id = config_.camera_id;
  made->sequence = sequence_++;
  made->stream_time = stream_time;
  made->received_at = clock_.mono_now();
  made->captured_at = live_ ? anchor_.captured_at(stream_time, clock_.utc_now(), made->received_at)
                            : file_start_ + stream_time;
  ++pass_pictures_;
  return std::make_shared<const domain::Frame>(std::move(*made));
}

}  // namespace

Status check_source(const SourceConfig& config, const SourceGuards& guards) {
  const auto target = target_of(config);
  if (!target) return target.error();
  if (target->url.scheme == UrlScheme::kFile) {
    const auto opened = guards.files.open_allowed(target->url.target);
    return opened ? Status{} : opened.error();
  }
  const auto numeric = parse_address(target->url.host);
  if (!numeric || guards.network.allows(*numeric)) return {};
  return NetworkGuard::refusal(*numeric);
}

std::unique_ptr<Source> make_av_source(SourceConfig config, SourceGuards guards, const Clock& clock) {
  return std::make_unique<AvSource>(std::move(config), std::move(guards), clock);
}

SourceFactory make_av_source_factory(SourceGuards guards, const Clock& clock) {
  return [guards = std::move(guards), &clock](const SourceConfig& config) {
    return make_av_source(config, guards, clock);
  };
}

}  // namespace sentinel::media
