// The subcommands of the one binary. Each file beside this one adds one: its flags and what it runs.
#pragma once

#include <CLI/CLI.hpp>

namespace sentinel::cli {

// Exit statuses: 0 done, 1 failed, 2 wrong use. Data goes to standard output, words to standard error.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUse = 2;

// What main() returns; a command sets it from its callback.
struct Outcome {
  int status = kDone;
};

void add_serve(CLI::App& app, Outcome& outcome);
void add_analyze(CLI::App& app, Outcome& outcome);
void add_openapi(CLI::App& app, Outcome& outcome);
void add_config(CLI::App& app, Outcome& outcome);
void add_model(CLI::App& app, Outcome& outcome);
void add_version(CLI::App& app, Outcome& outcome);

}  // namespace sentinel::cli
