#include "app/app.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

#include "api/broadcast.hpp"
#include "api/pages.hpp"
#include "api/routes/routes.hpp"
#include "app/known_password.hpp"
#include "app/mapping.hpp"
#include "app/model_info.hpp"
#include "app/routes.hpp"
#include "app/secret_key.hpp"
#include "app/version.hpp"
#include "auth/hash_pool.hpp"
#include "auth/keys.hpp"
#include "base/log.hpp"
#include "config/checks.hpp"
#include "http/worker_pool.hpp"
#include "media/ffmpeg/av_source.hpp"
#include "pipeline/orchestrator.hpp"
#include "services/event_log.hpp"
#include "services/live_service.hpp"
#include "storage/filesystem/file_media_store.hpp"
#include "storage/sqlite/sqlite_cameras.hpp"
#include "storage/sqlite/sqlite_events.hpp"
#include "storage/sqlite/sqlite_users.hpp"
#include "storage/store_down.hpp"

namespace sentinel::app {
namespace {

static_assert(config::kReservedCameraId == api::kEventsChannel);

template <class T>
T or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  return std::move(*result);
}

// For another process that writes to the database. A stop waits for one such try at most.
constexpr std::chrono::milliseconds kStoreWaitMax{1'000};

std::unique_ptr<vision::Detector> load_detector(const config::DetectionConfig& detection,
                                                const config::Settings& settings) {
  vision::DetectorConfig config = to_detector(detection, settings);
  // First of all: hashing a file that is none may take for ever.
  if (const Status fit = vision::check_model_file(config.model_path); !fit) {
    throw std::runtime_error(fit.error().describe());
  }
  config.sha256 = file_sha256(config.model_path);
  log::info("model", "loading {}", config.model_path);
  return or_throw(vision::open_detector(config));
}

media::SourceGuards make_guards(const AppConfig& config) {
  return {or_throw(media::NetworkGuard::from_cidrs(config.settings.cameras.allowed_networks)),
          or_throw(media::FileGuard::from_roots(
              config::file_source_roots(config.settings.cameras, config.working_dir)))};
}

std::optional<Error> map_exception(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const storage::StoreDown& down) {
    return unavailable("The store is away; try again soon", down.what());
  } catch (...) {
    return std::nullopt;
  }
}

std::vector<api::ModelFacts> facts_of(const vision::ModelInfo& info) {
  // Where it lies is no viewer's business.
  const std::string name = std::filesystem::path{info.file}.filename();
  return {{name, info.sha256, info.head, info.device, info.license, info.input_width, info.input_height,
           info.class_names}};
}

}  // namespace

// In the order of their making; destroyed in reverse, so that nothing outlives what it refers to.
struct App::Parts {
  Parts(AppConfig given, DataDir taken);

  AppConfig config;
  SystemClock clock;
  IdGenerator ids{clock};
  media::SourceGuards guards;
  DataDir data_dir;
  std::string secret;
  storage::sqlite::SqliteStore store;
  storage::sqlite::SqliteUsers users{store};
  storage::sqlite::SqliteCameras camera_rows{store};
  storage::sqlite::SqliteEvents event_rows{store};
  storage::filesystem::FileMediaStore media;
  auth::HashPool hashes{auth::HashPoolOptions{}};
  auth::TokenSigner signer;
  services::AuthService auth;
  services::UserService accounts{users, hashes, clock};
  std::optional<std::string> generated_password;
  std::unique_ptr<vision::Detector> detector;
  services::EventService events{event_rows, media};
  api::TokenAuthenticator authenticator{auth};
  // The hub asks the policy, the policy the cameras and the live service, which publish on the hub: the
  // circle is closed by these two pointers, set before the server starts and cleared never.
  services::CameraService* cameras_of_policy = nullptr;
  services::LiveService* live_of_policy = nullptr;
  api::ChannelPolicy policy;
  http::Hub hub;
  // Tells clients what they missed; after the hub, which its jobs use. One thread: after a restart all ask at
  // once, and the API wants the store as well.
  http::WorkerPool replays;
  api::Broadcast broadcast{hub, clock};
  services::EventLog event_log;
  pipeline::Orchestrator orchestrator;
  services::LiveService live;
  services::CameraService cameras;
  api::Services services;
  http::Router router;
  http::Server server;
  bool running = false;
};

App::Parts::Parts(AppConfig given, DataDir taken)
    : config{std::move(given)},
      guards{make_guards(config)},
      data_dir{std::move(taken)},
      secret{load_secret_key(config.settings.security.secret_key, config.settings.api.data_dir)},
      store{storage::sqlite::SqliteOptions{
          .path = config::database_file(config.settings),
          .credentials_key = auth::derive_key(secret, auth::KeyPurpose::kCameraCredentials),
          .busy_timeout = kStoreWaitMax}},
      media{std::filesystem::path{config.settings.api.data_dir} / "media"},
      signer{auth::derive_key(secret, auth::KeyPurpose::kTokens)},
      auth{users, hashes, signer, ids, clock, to_auth(config.settings.security)},
      detector{load_detector(config.detection, config.settings)},
      policy{[this](std::string_view id) {
               return cameras_of_policy->get(auth::CameraRights::everything(), id).has_value();
             },
             [this](const std::string& id, bool boxes, double fps) {
               live_of_policy->set_demand(id, boxes, fps);
             },
             events},
      hub{to_hub(config.settings.websocket), authenticator, policy, clock,
          [this](std::function<void()> job) {
            return replays.submit([job = std::move(job)](bool gives_up) {
              if (!gives_up) job();
            });
          }},
      replays{1, hub.config().connections_max},
      event_log{event_rows, media, clock,
                [this](const domain::EventChange& change) { broadcast.event(change); },
                static_cast<std::size_t>(config.settings.processing.event_queue_size)},
      orchestrator{to_pipeline(config.detection, config.settings.processing),
                   pipeline::PipelineParts{.clock = clock,
                                           .make_source = media::make_av_source_factory(guards, clock),
                                           .detector = *detector,
                                           .events = event_log,
                                           .ids = ids,
                                           .on_status =
                                               [this](const pipeline::StatusChange& change) {
                                                 broadcast.camera_status(change.camera_id, change.status,
                                                                         change.reason);
                                               }}},
      live{orchestrator, detector->info().class_names, clock,
           [this](const services::LiveUpdate& update) { broadcast.frame(update); }},
      cameras{camera_rows, orchestrator,
              [this](const domain::Camera& camera) {
                return media::check_source(
                    {.camera_id = camera.id, .url = camera.url, .credentials = camera.credentials}, guards);
              },
              clock},
      services{auth, accounts, cameras, events, facts_of(detector->info()), kVersion},
      server{[this] {
               http::ServerConfig http = to_server(config.settings.api);
               http.exception_mapper = map_exception;
               return http;
             }(),
             router, authenticator, clock, &hub} {
  cameras_of_policy = &cameras;
  live_of_policy = &live;
  add_routes(router, services);
  media.remove_unfinished();
}

App::App(AppConfig config, DataDir data_dir)
    : parts_{std::make_unique<Parts>(std::move(config), std::move(data_dir))} {}

App::~App() {
  stop();
}

Status App::start() {
  Parts& parts = *parts_;
  const config::Settings& settings = parts.config.settings;
  if (!config::is_loopback(settings.api.host)) {
    if (const Status fit =
            replace_known_password(parts.users, parts.hashes, settings.security.admin_password);
        !fit) {
      return fit;
    }
  }
  parts.event_log.close_left_open(parts.clock.utc_now());
  if (const Status listening = parts.server.start(); !listening) return listening;
  parts.running = true;
  // Last of what can fail, so that a start that failed has not made an admin whose password nobody saw.
  parts.generated_password = parts.auth.ensure_first_admin(settings.security.admin_password);
  apply_cameras(parts.config.cameras);
  return {};
}

void App::stop() {
  Parts& parts = *parts_;
  if (!parts.running) return;
  parts.running = false;
  log::info("app", "stopping");
  parts.event_log.prepare_stop();
  parts.orchestrator.stop_all();
  parts.event_log.stop();
  parts.server.stop();
  log::info("app", "stopped");
}

std::string App::url() const {
  const std::string& host = parts_->config.settings.api.host;
  const bool any = host == "0.0.0.0" || host == "::";
  return fmt::format("http://{}:{}",
                     any                                   ? "localhost"
                     : host.find(':') != std::string::npos ? "[" + host + "]"
                                                           : host,
                     parts_->server.port());
}

const std::optional<std::string>& App::generated_password() const {
  return parts_->generated_password;
}

void App::apply_cameras(const config::CamerasFile& cameras) {
  parts_->config.cameras = cameras;
  parts_->cameras.apply_file(to_cameras(cameras, parts_->config.detection, parts_->clock.utc_now()));
}

void App::apply_detection(const config::DetectionConfig& detection) {
  const config::DetectionConfig before = parts_->config.detection;
  parts_->config.detection = detection;
  parts_->orchestrator.set_config(to_pipeline(detection, parts_->config.settings.processing));
  config::ThresholdsConfig same = before.thresholds;
  same.confidence = detection.thresholds.confidence;  // the pipelines', which take it over at once
  if (!(before.model == detection.model) || !(same == detection.thresholds)) {
    log::warn("config", "the model, iou and score_min change at the next start");
  }
  // Its defaults are the file's cameras' too.
  const auto& file = parts_->config.cameras;
  parts_->cameras.apply_settings(to_cameras(file, detection, parts_->clock.utc_now()));
}

}  // namespace sentinel::app
