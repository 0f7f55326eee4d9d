#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "commands.hpp"
#include "config/problem.hpp"

namespace {

// What was printed arrived: a full disk behind standard output is a failure, whatever the command thinks.
int with_output_written(int status) {
  if (std::cout.flush()) return status;
  std::cerr << "sentinel: standard output cannot be written; what was printed is not whole\n";
  return sentinel::cli::kFailed;
}

// The deepest command that was recognised, where a word stands that is no subcommand of it.
const CLI::App& innermost(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return parsed.empty() ? app : innermost(*parsed.back());
}

int wrong_use(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> rest = app.remaining(true);
  const CLI::App& command = innermost(app);
  const bool wants_subcommand = command.get_require_subcommand_min() > 0;
  if (!wants_subcommand || rest.empty() || rest.front().starts_with('-')) {
    app.exit(error, std::cout, std::cerr);
    return sentinel::cli::kWrongUse;
  }
  std::vector<std::string> names;
  for (const CLI::App* each : command.get_subcommands(nullptr)) names.push_back(each->get_name());
  std::cerr << "sentinel: subcommand '" << rest.front()
            << "': " << sentinel::config::unknown_text(rest.front(), {names.begin(), names.end()})
            << "\nRun with --help for more information.\n";
  return sentinel::cli::kWrongUse;
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
    if (error.get_exit_code() != 0) return wrong_use(app, error);
    app.exit(error, std::cout, std::cerr);
    return with_output_written(kDone);
  } catch (const std::exception& failure) {
    std::cerr << "sentinel: " << failure.what() << '\n';
    return kFailed;
  }
  return with_output_written(outcome.status);
}
