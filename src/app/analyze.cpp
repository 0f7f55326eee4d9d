#include "app/analyze.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <thread>

#include "api/mapping.hpp"
#include "app/mapping.hpp"
#include "app/progress.hpp"
#include "auth/keys.hpp"
#include "base/log.hpp"
#include "config/checks.hpp"
#include "media/ffmpeg/av_source.hpp"
#include "media/probe.hpp"
#include "pipeline/recorded_detections.hpp"
#include "schema/codec.hpp"
#include "services/analyze.hpp"

namespace sentinel::app {
namespace {

std::string to_line(const services::AnalyzedEvent& event) {
  std::string out = schema::to_json(api::to_wire(event.change.event));
  out.pop_back();
  out += ",\"start_s\":";
  json::append_number(out, event.start_s);
  out += ",\"end_s\":";
  schema::write(out, event.end_s);
  return out + "}\n";
}

// frame, id, x, y, width, height, score, -1, -1, -1 (motchallenge.net): the persons that are seen in the
// frame, since MOTChallenge's truth is of persons and its format has no place for a class.
void write_tracks(std::ostream& out, const pipeline::TrackedItem& item, std::optional<int> person) {
  for (const domain::Track& track : item.tracked.tracks) {
    if (track.state == domain::TrackState::kLost || track.class_id != person) continue;
    out << fmt::format("{},{},{:.2f},{:.2f},{:.2f},{:.2f},{:.3f},-1,-1,-1\n", item.frame->sequence + 1,
                       track.id, track.box.x, track.box.y, track.box.width, track.box.height, track.score);
  }
}

double per(std::chrono::microseconds busy, std::uint64_t count) {
  return count == 0 ? 0 : static_cast<double>(busy.count()) / 1e3 / static_cast<double>(count);
}

json::Value summary_value(const services::AnalyzeSummary& summary) {
  json::Object stages;
  for (const pipeline::StageReport& stage : summary.stages) {
    stages.push_back({stage.name, per(stage.busy, stage.processed)});
  }
  stages.push_back({"detect", per(summary.detect.busy, summary.detect.inferred)});
  const auto count = [](std::uint64_t value) { return json::Value{static_cast<std::int64_t>(value)}; };
  const double length = to_seconds(summary.length);
  const double wall = to_seconds(summary.wall);
  return json::Object{{"frames", count(summary.stats.frames_decoded)},
                      {"decoded", count(summary.stats.frames_decoded)},
                      {"inferred", count(summary.stats.frames_inferred)},
                      {"quiet", count(summary.stats.frames_quiet)},
                      {"skipped", count(summary.stats.frames_skipped)},
                      {"dropped", count(summary.stats.frames_dropped + summary.stats.results_dropped)},
                      {"decode_errors", count(summary.stats.decode_errors)},
                      {"events", count(summary.events)},
                      {"video_s", length},
                      {"wall_s", wall},
                      {"speed", wall > 0 ? length / wall : 0},
                      {"ms_per_item", std::move(stages)}};
}

void print_summary(const services::AnalyzeSummary& summary, bool as_json) {
  const json::Value value = summary_value(summary);
  if (as_json) {
    std::cerr << json::to_text(value) << '\n';
    return;
  }
  const domain::CameraStats& stats = summary.stats;
  std::cerr << fmt::format(
      "{:.1f} s of video in {:.1f} s ({:.1f} x): {} events\n"
      "frames: {} decoded, {} inferred, {} quiet, {} skipped, {} dropped, {} errors\nms each: ",
      to_seconds(summary.length), to_seconds(summary.wall), *value.find("speed")->as_double(), summary.events,
      stats.frames_decoded, stats.frames_inferred, stats.frames_quiet, stats.frames_skipped,
      stats.frames_dropped + stats.results_dropped, stats.decode_errors);
  for (const json::Member& stage : *value.find("ms_per_item")->as_object()) {
    std::cerr << fmt::format("{} {:.2f}  ", stage.key, *stage.value.as_double());
  }
  std::cerr << '\n';
}

// The model, or what was seen before; and a recorder over it when it is to be written down.
struct Detectors {
  std::unique_ptr<vision::Detector> source;
  std::unique_ptr<pipeline::DetectionRecorder> recorder;
  vision::Detector& top() { return recorder ? static_cast<vision::Detector&>(*recorder) : *source; }
};

Result<Detectors> open_detectors(const AnalyzeOptions& options, const config::Configuration& configuration) {
  Detectors out;
  if (options.detections_in) {
    std::ifstream in{*options.detections_in};
    if (!in) return not_found("--detections-in: " + options.detections_in->string() + " cannot be read");
    auto recorded = pipeline::RecordedDetector::read(in);
    if (!recorded) return recorded.error();
    out.source = std::make_unique<pipeline::RecordedDetector>(std::move(*recorded));
  } else {
    auto opened = vision::open_detector(to_detector(configuration.detection, configuration.settings));
    if (!opened) return opened.error();
    out.source = std::move(*opened);
  }
  if (options.detections_out) out.recorder = std::make_unique<pipeline::DetectionRecorder>(*out.source);
  return out;
}

// Requests stop when SIGINT or SIGTERM comes. Both are blocked in every thread made after it.
class SignalStop {
 public:
  SignalStop() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    waiter_ = std::jthread{[this](const std::stop_token& over) {
      constexpr timespec kPoll{0, 100'000'000};
      while (!over.stop_requested()) {
        if (sigtimedwait(&signals_, nullptr, &kPoll) > 0) stop_.request_stop();
      }
    }};
  }
  std::stop_token token() const { return stop_.get_token(); }

 private:
  sigset_t signals_{};
  std::stop_source stop_;
  std::jthread waiter_;  // last: it uses all of the above
};

class NoEvents final : public domain::EventSink {
 public:
  void publish(domain::EventChange) override {}
};

Result<services::AnalyzeSummary> run(const AnalyzeOptions& options, const Startup& startup,
                                     Detectors& detectors, std::ostream* tracks) {
  const config::Settings& settings = startup.configuration.settings;
  const auto networks = media::NetworkGuard::from_cidrs(settings.cameras.allowed_networks);
  if (!networks) return networks.error();
  const SystemClock clock;
  IdGenerator ids{clock};
  NoEvents nobody;
  const SignalStop stop;
  domain::Camera camera;
  camera.id = "analyze";
  camera.url = options.source;
  if (pipeline::is_file(camera.url) && camera.url.find("://") == std::string::npos) {
    camera.url = std::filesystem::absolute(camera.url).string();
  }
  camera.fps_max = startup.configuration.detection.sampling.fps_max;
  const pipeline::PipelineParts parts{
      .clock = clock,
      .make_source = media::make_av_source_factory({*networks, media::FileGuard::unrestricted()}, clock),
      .detector = detectors.top(),
      .events = nobody,
      .ids = ids};
  Progress progress{std::cerr, isatty(STDERR_FILENO) == 1, media::probe_length(camera.url), clock};
  const std::vector<std::string>& names = detectors.top().info().class_names;
  const auto named = std::find(names.begin(), names.end(), "person");
  const std::optional<int> person =
      named == names.end() ? std::nullopt : std::optional{static_cast<int>(named - names.begin())};
  services::AnalyzeOutput output;
  output.on_event = [](const services::AnalyzedEvent& event) {
    if (event.change.phase == domain::EventPhase::kClosed) std::cout << to_line(event) << std::flush;
  };
  output.on_tracked = [&](const pipeline::TrackedItem& item) {
    if (tracks != nullptr) write_tracks(*tracks, item, person);
    progress.show(item.tracked.stream_time);
  };
  services::AnalyzeRun analyze{camera, to_pipeline(startup.configuration.detection, settings.processing),
                               parts, output};
  auto summary = analyze.run(stop.token());
  progress.end();
  return summary;
}

bool fail(const std::string& text) {
  std::cerr << "sentinel: " << text << '\n';
  return false;
}

}  // namespace

bool analyze(const AnalyzeOptions& options) {
  const auto startup = read_configuration(options.startup);
  if (!startup) return false;
  configure_log(startup->configuration.settings);
  auto detectors = open_detectors(options, startup->configuration);
  if (!detectors) return fail(detectors.error().describe());
  std::ofstream tracks;
  if (options.tracks_out) {
    tracks.open(*options.tracks_out);
    if (!tracks) return fail("--tracks: " + options.tracks_out->string() + " cannot be written");
  }
  const auto summary = run(options, *startup, *detectors, options.tracks_out ? &tracks : nullptr);
  if (!summary) return fail(options.source + ": " + summary.error().describe());
  if (detectors->recorder) {
    std::ofstream out{*options.detections_out};
    detectors->recorder->write(out);
    if (!out.flush())
      return fail("--detections-out: " + options.detections_out->string() + " cannot be written");
  }
  if (options.tracks_out && !tracks.flush()) return fail("--tracks: cannot be written whole");
  print_summary(*summary, options.json);
  return true;
}

}  // namespace sentinel::app
