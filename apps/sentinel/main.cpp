#include <exception>
#include <iostream>

#include "commands.hpp"

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
    return app.exit(error, std::cout, std::cerr) == 0 ? kDone : kWrongUse;
  } catch (const std::exception& failure) {
    std::cerr << "sentinel: " << failure.what() << '\n';
    return kFailed;
  }
  return outcome.status;
}
