#include <exception>
#include <iostream>

#include "commands.hpp"

namespace {

// What was printed arrived: a full disk behind standard output is a failure, whatever the command thinks.
int with_output_written(int status) {
  if (std::cout.flush()) return status;
  std::cerr << "sentinel: standard output cannot be written; what was printed is not whole\n";
  return sentinel::cli::kFailed;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace sentinel::cli;
  CLI::App app{"Sentinel: AI video surveillance. Cameras in, events out."};
  app.require_subcommand(1);
  Outcome outcome;
  add_serve(app, outcome);
  add_analyze(app, outcome);
  add_openapi(app, outcome);
  add_config(app, outcome);
  add_model(app, outcome);
  add_version(app, outcome);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, std::cout, std::cerr) == 0 ? with_output_written(kDone) : kWrongUse;
  } catch (const std::exception& failure) {
    std::cerr << "sentinel: " << failure.what() << '\n';
    return kFailed;
  }
  return with_output_written(outcome.status);
}
