#include "app/serve.hpp"

#include <memory>

#include "commands.hpp"

namespace sentinel::cli {

void add_serve(CLI::App& app, Outcome& outcome) {
  struct Flags {
    std::string config_dir, data_dir;
    int workers = 0;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* serve = app.add_subcommand("serve", "Run the server");
  serve->add_option("--config", flags->config_dir,
                    "Folder of cameras.yaml and detection_config.yaml (default: config)");
  serve->add_option("--data-dir", flags->data_dir,
                    "Folder of the database and the pictures; goes before DATA_DIR");
  serve->add_option("--workers", flags->workers, "HTTP threads")->check(CLI::Range(1, 64));
  serve->callback([flags, &outcome] {
    app::StartupOptions options;
    if (!flags->config_dir.empty()) options.config_dir = flags->config_dir;
    if (!flags->data_dir.empty()) options.command_line["DATA_DIR"] = flags->data_dir;
    if (flags->workers > 0) options.command_line["HTTP_THREADS"] = std::to_string(flags->workers);
    if (!app::serve(options)) outcome.status = kFailed;
  });
}

}  // namespace sentinel::cli
