#include "app/serve.hpp"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>

#include <chrono>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <thread>

#include "app/data_dir.hpp"
#include "app/secret_key.hpp"
#include "base/log.hpp"
#include "config/reload.hpp"

namespace sentinel::app {
namespace {

constexpr std::chrono::seconds kPoll{1};
// In looks. What the cameras' threads free lies scattered over their arenas, and the next peak comes to lie
// elsewhere: unless it is given back, the memory creeps up by some MB an hour.
constexpr int kTrimEvery = 30;

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

void report_kept(const std::string& file, const std::vector<config::Problem>& problems) {
  for (const auto& problem : problems) log::error("config", "{}", config::to_line(problem));
  log::error("config", "{} is unfit; the configuration of before stays in force", file);
}

template <class T>
config::Reloader<T> make_reloader(const Startup& startup, const char* name, T current,
                                  std::function<config::Checked<T>()> load,
                                  std::function<void(const T&)> apply) {
  const std::string file = startup.places.file(name).string();
  typename config::Reloader<T>::Parts parts;
  parts.file = file;
  parts.stamp = [places = startup.places, name] { return config::stamp_of(places, name); };
  parts.load = std::move(load);
  parts.on_new = [file, apply = std::move(apply)](const config::Checked<T>& fresh) {
    apply(fresh.value);  // first: one that fails is tried again, and says nothing until it has succeeded
    for (const auto& warning : fresh.warnings) log::warn("config", "{}", config::to_line(warning));
    log::info("config", "{} was changed: taking it over", file);
  };
  parts.on_kept = [file](const auto& problems) { report_kept(file, problems); };
  return {std::move(parts), config::stamp_of(startup.places, name), std::move(current)};
}

// The password of the first admin: on the terminal once, and in a file for who missed it. The terminal comes
// first, since nothing else knows it any more if the file cannot be written.
void show_password(const std::string& password, const std::filesystem::path& data_dir) {
  const auto path = data_dir / "admin_password.txt";
  std::cerr << "\n  First start: log in as admin with the password  " << password << std::endl;
  try {
    write_private_file(path, password + "\n");
    std::cerr << "  (also in " << path.string() << "; delete that file once you know it)\n\n";
  } catch (const std::exception& failure) {
    std::cerr << "  (write it down: " << failure.what() << ")\n\n";
  }
}

// A look for a changed file. A store that is away for a moment ends nothing: the next look tries again. The
// same failure is told once, not every second.
template <class T>
void look(config::Reloader<T>& file, std::string& told) {
  try {
    file.poll();
    told.clear();
  } catch (const std::exception& failure) {
    if (told != failure.what()) log::error("config", "not taken over, tried again: {}", failure.what());
    told = failure.what();
  }
}

// Looks after changed files and freed memory until it is told to stop. In a thread of its own: taking a file
// over waits for cameras to end, and those, while the store is away, for the stop itself.
void keep_house(App& app, const Startup& startup, const std::stop_token& stop) {
  auto cameras = make_reloader<config::CamerasFile>(
      startup, config::kCamerasFile, startup.configuration.cameras,
      [&] { return config::read_cameras(startup.places, check_camera); },
      [&](const config::CamerasFile& fresh) { app.apply_cameras(fresh); });
  auto detection = make_reloader<config::DetectionConfig>(
      startup, config::kDetectionFile, startup.configuration.detection,
      [&] { return config::read_detection(startup.places, startup.configuration.settings.ai); },
      [&](const config::DetectionConfig& fresh) { app.apply_detection(fresh); });
  int looks = 0;
  std::string cameras_told;
  std::string detection_told;
  std::mutex mutex;
  std::unique_lock lock{mutex};
  std::condition_variable_any wake;
  while (!wake.wait_for(lock, stop, kPoll, [&] { return stop.stop_requested(); })) {
    look(cameras, cameras_told);
    look(detection, detection_told);
    if (++looks % kTrimEvery == 0) ::malloc_trim(0);
  }
}

// Serves until a signal comes, and stops.
void run_until_signal(App& app, const Startup& startup) {
  std::jthread keeper{[&](const std::stop_token& stop) { keep_house(app, startup, stop); }};
  const sigset_t signals = stop_signals();
  int number = 0;
  while (sigwait(&signals, &number) != 0) {
  }
  // From here on a second signal ends the process at once.
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  keeper.request_stop();
  app.stop();
}

}  // namespace

bool serve(const StartupOptions& options) {
  const auto startup = read_configuration(options);
  if (!startup) return false;
  const std::filesystem::path data_dir = startup->configuration.settings.api.data_dir;
  // The database, the pictures and the log show who came and went: for the owner alone, wherever they are.
  ::umask(077);
  DataDir taken{data_dir};
  configure_log(startup->configuration.settings);
  if (!taken.warning().empty()) log::warn("app", "{}", taken.warning());
  // Blocked before any thread is made, so that only this one takes them.
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  App app{to_app(*startup), std::move(taken)};
  if (const Status started = app.start(); !started) {
    std::cerr << "sentinel: " << started.error().describe() << '\n';
    return false;
  }
  if (app.generated_password()) show_password(*app.generated_password(), data_dir);
  std::cerr << "Sentinel is up: " << app.url() << "/ (API: " << app.url() << "/api/docs)\n";
  run_until_signal(app, *startup);
  return true;
}

}  // namespace sentinel::app
