#include "app/analyze.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>

#include "api/mapping.hpp"
#include "app/analyze_input.hpp"
#include "app/mapping.hpp"
#include "app/progress.hpp"
#include "app/signal_stop.hpp"
#include "auth/keys.hpp"
#include "base/log.hpp"
#include "config/checks.hpp"
#include "media/ffmpeg/av_source.hpp"
#include "media/url.hpp"
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

class NoEvents final : public domain::EventSink {
 public:
  void publish(domain::EventChange) override {}
};

// What a run is made of. Everything was checked before.
struct Run {
  const AnalyzeOptions& options;
  const config::Configuration& configuration;
  const media::SourceGuards& guards;
  const AnalyzeInput& input;
  Detectors& detectors;
  std::ostream* tracks;  // null: not wanted
};

Result<services::AnalyzeSummary> analyze_all(const Run& run, SignalStop& stop) {
  const SystemClock clock;
  IdGenerator ids{clock};
  NoEvents nobody;
  domain::Camera camera = run.input.camera;
  camera.id = "analyze";
  camera.fps_max = run.configuration.detection.sampling.fps_max;
  const pipeline::PipelineParts parts{.clock = clock,
                                      .make_source = media::make_av_source_factory(run.guards, clock),
                                      .detector = run.detectors.top(),
                                      .events = nobody,
                                      .ids = ids};
  Progress progress{std::cerr, isatty(STDERR_FILENO) == 1, run.input.length, clock};
  const std::vector<std::string>& names = run.detectors.top().info().class_names;
  const auto named = std::find(names.begin(), names.end(), "person");
  const std::optional<int> person =
      named == names.end() ? std::nullopt : std::optional{static_cast<int>(named - names.begin())};
  services::AnalyzeOutput output;
  output.on_event = [&](const services::AnalyzedEvent& event) {
    if (event.change.phase != domain::EventPhase::kClosed) return;
    // Nobody reads on: main() says so.
    if (!(std::cout << to_line(event) << std::flush)) stop.request();
  };
  output.on_tracked = [&](const pipeline::TrackedItem& item) {
    if (run.tracks != nullptr) write_tracks(*run.tracks, item, person);
    progress.show(item.tracked.stream_time);
  };
  services::AnalyzeRun analyze{
      camera, to_pipeline(run.configuration.detection, run.configuration.settings.processing), parts, output};
  auto summary = analyze.run(stop.token());
  progress.end();
  return summary;
}

bool fail(const std::string& text) {
  std::cerr << "sentinel: " << media::mask_secrets(text) << '\n';
  return false;
}

bool fail(const AnalyzeOptions& options, const Error& error) {
  std::cerr << "sentinel: " << shown_source(options.source) << ": " << media::mask_secrets(error.describe())
            << '\n';
  return false;
}

// The detections and the tracks are on disk whole.
Status write_rest(const AnalyzeOptions& options, const Detectors& detectors, std::ofstream& tracks) {
  if (detectors.recorder) {
    std::ofstream out{*options.detections_out};
    detectors.recorder->write(out);
    if (!out.flush()) {
      return unavailable("--detections-out: " + options.detections_out->string() + " cannot be written");
    }
  }
  if (options.tracks_out && !tracks.flush()) {
    return unavailable("--tracks: " + options.tracks_out->string() + " cannot be written whole");
  }
  return {};
}

}  // namespace

bool analyze(const AnalyzeOptions& options) {
  SignalStop stop;
  const auto startup = read_configuration(options.startup);
  if (!startup) return false;
  const config::Configuration& configuration = startup->configuration;
  configure_log(configuration.settings);
  const auto networks = media::NetworkGuard::from_cidrs(configuration.settings.cameras.allowed_networks);
  if (!networks) return fail(networks.error().describe());
  const media::SourceGuards guards{*networks, media::FileGuard::unrestricted()};
  const auto input = open_input(options.source, guards);
  if (!input) return fail(options, input.error());
  std::ofstream tracks;
  if (options.tracks_out) {
    tracks.open(*options.tracks_out);
    if (!tracks) return fail("--tracks: " + options.tracks_out->string() + " cannot be written");
  }
  auto detectors = open_detectors(options, configuration);
  if (!detectors) return fail(detectors.error().describe());
  const auto summary = analyze_all(
      {options, configuration, guards, *input, *detectors, options.tracks_out ? &tracks : nullptr}, stop);
  if (!summary) return fail(options, summary.error());
  if (const Status written = write_rest(options, *detectors, tracks); !written) {
    return fail(written.error().describe());
  }
  print_summary(*summary, options.json);
  return true;
}

}  // namespace sentinel::app
