#include "app/analyze.hpp"

#include <memory>

#include "commands.hpp"

namespace sentinel::cli {

void add_analyze(CLI::App& app, Outcome& outcome) {
  struct Flags {
    app::AnalyzeOptions options;
    std::string config_dir, tracks, detections_out, detections_in;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* analyze =
      app.add_subcommand("analyze", "Find the events of a file or stream, as fast as it can be read");
  analyze->footer("Ctrl-C ends it early, with the summary of what was read and exit status 0.");
  analyze->add_option("source", flags->options.source, "A file or a URL")->required();
  analyze->add_option("--config", flags->config_dir, "Folder of the YAML files (default: config)");
  analyze->add_flag("--json", flags->options.json, "The summary on standard error as JSON");
  analyze->add_option("--tracks", flags->tracks, "Write the tracks as MOTChallenge lines into this file");
  auto* out =
      analyze->add_option("--detections-out", flags->detections_out, "Write down what the detector saw");
  analyze->add_option("--detections-in", flags->detections_in, "Take that in place of the model")
      ->excludes(out);
  analyze->callback([flags, &outcome] {
    app::AnalyzeOptions& options = flags->options;
    if (!flags->config_dir.empty()) options.startup.config_dir = flags->config_dir;
    if (!flags->tracks.empty()) options.tracks_out = flags->tracks;
    if (!flags->detections_out.empty()) options.detections_out = flags->detections_out;
    if (!flags->detections_in.empty()) options.detections_in = flags->detections_in;
    if (!app::analyze(options)) outcome.status = kFailed;
  });
}

}  // namespace sentinel::cli
