// Every setting of Sentinel, with its default, its limits and what it is for: the only place. The environment
// and .env call them by the names here, config/sentinel.yaml by the same in lower case.
//
// A std::optional that is empty was stated nowhere. .env.example is made of these tables (see variables.hpp).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "config/rules.hpp"
#include "schema/table.hpp"

namespace sentinel::config {

enum class JwtAlgorithm { kHs256, kRs256, kEs256 };
inline constexpr std::array<std::string_view, 3> kJwtAlgorithmNames{"HS256", "RS256", "ES256"};

enum class Device { kCpu, kGpu, kAuto };
inline constexpr std::array<std::string_view, 3> kDeviceNames{"CPU", "GPU", "AUTO"};

enum class LogLevel { kDebug, kInfo, kWarning, kError, kCritical };  // kCritical is logged as an error
inline constexpr std::array<std::string_view, 5> kLogLevelNames{"DEBUG", "INFO", "WARNING", "ERROR",
                                                                "CRITICAL"};

}  // namespace sentinel::config

template <>
struct sentinel::schema::EnumText<sentinel::config::JwtAlgorithm> {
  static constexpr std::string_view name = "JwtAlgorithm";
  static constexpr auto& texts = config::kJwtAlgorithmNames;
};
template <>
struct sentinel::schema::EnumText<sentinel::config::Device> {
  static constexpr std::string_view name = "Device";
  static constexpr auto& texts = config::kDeviceNames;
};
template <>
struct sentinel::schema::EnumText<sentinel::config::LogLevel> {
  static constexpr std::string_view name = "LogLevel";
  static constexpr auto& texts = config::kLogLevelNames;
};

namespace sentinel::config {

using schema::defaulted;
using schema::doc;
using schema::each;
using schema::example;
using schema::ge;
using schema::gt;
using schema::le;
using schema::lt;
using schema::max_length;
using schema::min_length;
using schema::object;
using schema::optional;
using schema::pattern;
using schema::required;
using schema::secret;

// What .env.example shows: refused beyond loopback, since everybody knows them.
inline constexpr const char* kExampleSecretKey = "example-key-make-your-own-with-openssl-rand-hex-32";
inline constexpr const char* kExampleAdminPassword = "admin123";

struct ApiSettings {
  std::string host = "127.0.0.1";
  int port = 8000;
  int http_threads = 1;
  bool debug = false;
  std::vector<std::string> cors_origins;
  std::string data_dir = "data";
  std::optional<std::string> tls_cert, tls_key;
  std::vector<std::string> trusted_proxies;
  static constexpr auto fields() {
    using Self = ApiSettings;
    return object<Self>(
        "ApiSettings",
        defaulted("HOST", &Self::host, min_length{1}, max_length{253},
                  doc{"Address to listen on. 127.0.0.1 serves this machine alone; 0.0.0.0 the network, which "
                      "the\nexample's SECRET_KEY and ADMIN_PASSWORD are refused for."}),
        defaulted("PORT", &Self::port, ge{0}, le{65535}, doc{"0 takes any free one and prints it."}),
        defaulted("HTTP_THREADS", &Self::http_threads, ge{1}, le{64},
                  doc{"Threads that serve HTTP and WebSocket; `sentinel serve --workers N` says the same."}),
        defaulted("DEBUG", &Self::debug, doc{"More detail in the log, for developers."}),
        defaulted("CORS_ORIGINS", &Self::cors_origins, max_length{64}, each{origin{}},
                  doc{"Other sites whose pages may call the API, parted by commas. The UI of the server "
                      "itself needs none.\n* is refused: replies allow credentials."},
                  example{"\"https://ui.example,http://localhost:5173\""}),
        defaulted("DATA_DIR", &Self::data_dir, min_length{1},
                  doc{"Folder of the database, the pictures and the generated key. Made when missing."}),
        optional("TLS_CERT", &Self::tls_cert, not_yet{}, doc{"Certificate chain, a PEM file."},
                 example{"\"/etc/sentinel/cert.pem\""}),
        optional("TLS_KEY", &Self::tls_key, not_yet{}, doc{"Its private key, a PEM file."},
                 example{"\"/etc/sentinel/key.pem\""}),
        defaulted("TRUSTED_PROXIES", &Self::trusted_proxies, max_length{64}, each{network{}}, not_yet{},
                  doc{"Networks whose X-Forwarded-For is believed, parted by commas."},
                  example{"\"127.0.0.1,10.0.0.0/8\""}));
  }
};

struct SecuritySettings {
  std::optional<std::string> secret_key;
  JwtAlgorithm jwt_algorithm = JwtAlgorithm::kHs256;
  std::optional<std::string> jwt_private_key_file;
  int access_token_expire_minutes = 30;
  int refresh_token_expire_days = 7;
  std::optional<std::string> admin_password;
  static constexpr auto fields() {
    using Self = SecuritySettings;
    return object<Self>(
        "SecuritySettings",
        optional(
            "SECRET_KEY", &Self::secret_key, secret{}, min_bytes{32}, max_length{1024},
            allowed{"text of at least 32 bytes"},
            doc{"The keys for tokens, camera credentials and evidence are derived from it. Unset: made at "
                "the first\nstart and kept in DATA_DIR with mode 0600."},
            example{"\"example-key-make-your-own-with-openssl-rand-hex-32\""}),
        defaulted("JWT_ALGORITHM", &Self::jwt_algorithm,
                  doc{"Signature of the access tokens: HS256. (RS256 and ES256 come later.)"}),
        optional("JWT_PRIVATE_KEY_FILE", &Self::jwt_private_key_file, not_yet{},
                 doc{"PEM file of the key for RS256 and ES256."}, example{"\"/etc/sentinel/jwt.pem\""}),
        defaulted("ACCESS_TOKEN_EXPIRE_MINUTES", &Self::access_token_expire_minutes, ge{1}, le{1440},
                  doc{"How long an access token is good for."}),
        defaulted("REFRESH_TOKEN_EXPIRE_DAYS", &Self::refresh_token_expire_days, ge{1}, le{365},
                  doc{"How long a session lives after its login; 30 days at least with remember_me."}),
        optional(
            "ADMIN_PASSWORD", &Self::admin_password, secret{}, min_length{6}, max_length{128},
            doc{"Password of the user `admin`, who is made while there is no user at all. Unset: a random "
                "one is made\nand printed once. admin123 is accepted on loopback alone; beyond it, a "
                "password that "
                "is stated here\ntakes its place."},
            example{"\"admin123\""}));
  }
};

struct DatabaseSettings {
  std::optional<std::string> database_url;
  static constexpr auto fields() {
    using Self = DatabaseSettings;
    return object<Self>(
        "DatabaseSettings",
        optional("DATABASE_URL", &Self::database_url, secret{},
                 pattern{"^(sqlite:///.+|postgres(ql)?(\\+[a-z0-9]+)?://.+)$"},
                 allowed{"sqlite:///relative/path or sqlite:////absolute/path"},
                 doc{"Users, cameras and events. sqlite:///relative/path or sqlite:////absolute/path; "
                     "unset:\nsentinel.db in DATA_DIR. (postgresql:// comes later.)"},
                 example{"\"sqlite:///data/sentinel.db\""}));
  }
};

struct ClickHouseSettings {
  std::optional<std::string> host;
  int port = 8123;
  std::string database = "sentinel";
  std::string user = "default";
  std::optional<std::string> password;
  bool secure = false;
  static constexpr auto fields() {
    using Self = ClickHouseSettings;
    return object<Self>(
        "ClickHouseSettings",
        optional("CLICKHOUSE_HOST", &Self::host, not_yet{}, doc{"Unset: events are kept in DATABASE_URL."},
                 example{"\"clickhouse.example\""}),
        defaulted("CLICKHOUSE_PORT", &Self::port, ge{1}, le{65535}, not_yet{}, doc{"Of its HTTP interface."}),
        defaulted("CLICKHOUSE_DATABASE", &Self::database, pattern{"^[A-Za-z_][A-Za-z0-9_]{0,63}$"}, not_yet{},
                  doc{"Made when missing."}),
        defaulted("CLICKHOUSE_USER", &Self::user, min_length{1}, max_length{128}, not_yet{}, doc{""}),
        optional("CLICKHOUSE_PASSWORD", &Self::password, secret{}, max_length{1024}, not_yet{}, doc{""}),
        defaulted("CLICKHOUSE_SECURE", &Self::secure, not_yet{}, doc{"Over TLS."}));
  }
};

struct MinioSettings {
  std::optional<std::string> endpoint, access_key, secret_key;
  std::string bucket = "sentinel";
  bool secure = false;
  std::string region = "us-east-1";
  static constexpr auto fields() {
    using Self = MinioSettings;
    return object<Self>(
        "MinioSettings",
        optional("MINIO_ENDPOINT", &Self::endpoint,
                 pattern{"^([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:]+\\]):[0-9]{1,5}$"}, allowed{"host:port"},
                 not_yet{}, doc{"host:port of an S3 store. Unset: pictures are files in DATA_DIR."},
                 example{"\"minio.example:9000\""}),
        optional("MINIO_ACCESS_KEY", &Self::access_key, secret{}, max_length{1024}, not_yet{}, doc{""}),
        optional("MINIO_SECRET_KEY", &Self::secret_key, secret{}, max_length{1024}, not_yet{}, doc{""}),
        defaulted("MINIO_BUCKET", &Self::bucket, pattern{"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"}, not_yet{},
                  doc{"Made when missing."}),
        defaulted("MINIO_SECURE", &Self::secure, not_yet{}, doc{"Over TLS."}),
        defaulted("MINIO_REGION", &Self::region, min_length{1}, max_length{64}, not_yet{}, doc{""}));
  }
};

// Where a value is stated here, it goes before that of config/detection_config.yaml: see
// override_detection().
struct AiSettings {
  std::optional<std::string> yolo_model_path, pose_model_path;
  std::optional<double> confidence_threshold, iou_threshold;
  std::optional<Device> device;
  std::optional<bool> use_gpu;
  static constexpr auto fields() {
    using Self = AiSettings;
    return object<Self>(
        "AiSettings",
        optional("YOLO_MODEL_PATH", &Self::yolo_model_path, min_length{1},
                 doc{"Detection model: an .onnx file, or an OpenVINO .xml with its .bin beside it. Unset: "
                     "`model` of\ndetection_config.yaml."},
                 example{"\"models/yolov12n_384x640.xml\""}),
        optional("POSE_MODEL_PATH", &Self::pose_model_path, min_length{1}, not_yet{}, doc{"Pose model."},
                 example{"\"models/pose.xml\""}),
        optional("CONFIDENCE_THRESHOLD", &Self::confidence_threshold, ge{0.05}, le{0.99},
                 doc{"An event opens once a detection was as sure as this. Unset: `thresholds` of "
                     "detection_config.yaml, 0.5."},
                 example{"0.5"}),
        optional(
            "IOU_THRESHOLD", &Self::iou_threshold, ge{0.1}, le{0.95},
            doc{"Boxes that overlap more are one object. Unset: `thresholds` of detection_config.yaml, 0.6."},
            example{"0.6"}),
        optional(
            "DEVICE", &Self::device,
            doc{"What infers: CPU, GPU, or AUTO for a GPU if there is one. An absent device is an error at "
                "start.\nUnset: CPU."},
            example{"\"CPU\""}),
        optional("USE_GPU", &Self::use_gpu, doc{"true says the same as DEVICE=GPU; false says nothing."},
                 example{"false"}));
  }
};

struct ProcessingSettings {
  int workers = 0;
  int frame_queue_size = 2;
  int event_queue_size = 256;
  static constexpr auto fields() {
    using Self = ProcessingSettings;
    return object<Self>(
        "ProcessingSettings",
        defaulted("PROCESSING_WORKERS", &Self::workers, ge{0}, le{64},
                  doc{"Inference requests in flight. 0: one for each CPU core, at most 8."}),
        defaulted(
            "FRAME_QUEUE_SIZE", &Self::frame_queue_size, ge{1}, le{64},
            doc{"Frames of one camera that wait for the detector; the oldest is dropped. More would be old "
                "news."}),
        defaulted("EVENT_QUEUE_SIZE", &Self::event_queue_size, ge{8}, le{65536},
                  doc{"Event changes that wait for the store; when it is full, the pipelines wait."}));
  }
};

struct CameraPolicySettings {
  std::vector<std::string> file_source_roots{"media/demo"};
  std::vector<std::string> allowed_networks{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"};
  static constexpr auto fields() {
    using Self = CameraPolicySettings;
    return object<Self>(
        "CameraPolicySettings",
        defaulted("FILE_SOURCE_ROOTS", &Self::file_source_roots, max_length{64}, separator{':'},
                  each{pattern{"[^/]"}, allowed{"a folder other than /"}},
                  doc{"Folders out of which file:// cameras may play, parted by `:`. Empty: none."}),
        defaulted(
            "CAMERA_ALLOWED_NETWORKS", &Self::allowed_networks, max_length{64}, each{network{}},
            doc{"Networks that cameras may be in, parted by commas. Loopback and link-local must be listed "
                "by\nthemselves, a metadata address of a cloud as that single address. Empty: none."}));
  }
};

struct WebSocketSettings {
  int heartbeat_seconds = 30;
  int max_connections = 1000;
  static constexpr auto fields() {
    using Self = WebSocketSettings;
    return object<Self>("WebSocketSettings",
                        defaulted("WS_HEARTBEAT_SECONDS", &Self::heartbeat_seconds, ge{5}, le{300},
                                  doc{"How often a silent client is asked whether it still is there."}),
                        defaulted("WS_MAX_CONNECTIONS", &Self::max_connections, ge{1}, le{100000},
                                  doc{"Sockets at once; the next is refused."}));
  }
};

struct LoggingSettings {
  LogLevel level = LogLevel::kInfo;
  std::optional<std::string> file;
  static constexpr auto fields() {
    using Self = LoggingSettings;
    return object<Self>("LoggingSettings",
                        defaulted("LOG_LEVEL", &Self::level, doc{"DEBUG, INFO, WARNING, ERROR or CRITICAL."}),
                        optional("LOG_FILE", &Self::file, min_length{1},
                                 doc{"Written to as well as standard error, and rotated: 5 files of 10 MiB."},
                                 example{"\"data/sentinel.log\""}));
  }
};

struct Settings {
  ApiSettings api;
  SecuritySettings security;
  DatabaseSettings database;
  ClickHouseSettings clickhouse;
  MinioSettings minio;
  AiSettings ai;
  ProcessingSettings processing;
  CameraPolicySettings cameras;
  WebSocketSettings websocket;
  LoggingSettings logging;
};

// Calls visit(title, group) for each group in the order of .env.example. `settings` may be const.
template <class S, class Visit>
void for_each_group(S& settings, Visit&& visit) {
  visit("API", settings.api);
  visit("Security", settings.security);
  visit("Database", settings.database);
  visit("ClickHouse: an external event store", settings.clickhouse);
  visit("MinIO: an external store for pictures", settings.minio);
  visit("AI", settings.ai);
  visit("Processing", settings.processing);
  visit("Cameras", settings.cameras);
  visit("WebSocket", settings.websocket);
  visit("Logging", settings.logging);
}

}  // namespace sentinel::config
