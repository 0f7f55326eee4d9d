#include <iostream>
#include <memory>

#include "app/model_info.hpp"
#include "commands.hpp"

namespace sentinel::cli {

void add_model(CLI::App& app, Outcome& outcome) {
  CLI::App* model = app.add_subcommand("model", "Look at detection models");
  model->require_subcommand(1);
  const auto path = std::make_shared<std::string>();
  CLI::App* info = model->add_subcommand("info", "What a model file holds, and whether it fits");
  info->add_option("file", *path, "An .onnx or .xml file")->required();
  info->callback([path, &outcome] {
    const auto text = app::model_info_text(*path);
    if (text) {
      std::cout << *text;
    } else {
      std::cerr << "sentinel: " << text.error().describe() << '\n';
      outcome.status = kFailed;
    }
  });
}

}  // namespace sentinel::cli
