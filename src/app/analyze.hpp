// `sentinel analyze`: the live pipeline over one file or stream, its events on standard output.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "app/startup.hpp"

namespace sentinel::app {

struct AnalyzeOptions {
  StartupOptions startup;
  std::string source;                                   // a path or a URL
  bool json = false;                                    // the summary as JSON too
  std::optional<std::filesystem::path> tracks_out;      // persons, as MOTChallenge lines
  std::optional<std::filesystem::path> detections_out;  // for a later detections_in
  std::optional<std::filesystem::path> detections_in;   // in place of the model
};

// One JSON line an event, when it ends: the fields of EventResponse, start_s and end_s. The summary and, on a
// terminal, a progress bar go to standard error. False when it failed: standard error says why. SIGINT and
// SIGTERM end it early, and well: open events are closed where it stopped, and the summary tells how far it
// came. A second signal ends the process at once.
bool analyze(const AnalyzeOptions& options);

}  // namespace sentinel::app
