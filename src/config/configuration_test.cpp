#include "config/configuration.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "config/variables.hpp"
#include "tests/fakes/temp_folder.hpp"

namespace sentinel::config {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream{path, std::ios::binary} << text;
}

// The tests run in the repository's root. With SENTINEL_UPDATE_GENERATED set, the file is written anew.
TEST(EnvExample, IsWhatTheTablesSay) {
  if (std::getenv("SENTINEL_UPDATE_GENERATED") != nullptr) write("./.env.example", env_example());
  EXPECT_EQ(read(".env.example"), env_example())
      << "SENTINEL_UPDATE_GENERATED=1 build/release/config_test --gtest_filter='EnvExample.*' writes it";
}

TEST(EnvExample, NamesEveryVariableOfTheContract) {
  const std::set<std::string> contract{"HOST",
                                       "PORT",
                                       "DEBUG",
                                       "CORS_ORIGINS",
                                       "DATA_DIR",
                                       "TLS_CERT",
                                       "TLS_KEY",
                                       "TRUSTED_PROXIES",
                                       "SECRET_KEY",
                                       "JWT_ALGORITHM",
                                       "JWT_PRIVATE_KEY_FILE",
                                       "ACCESS_TOKEN_EXPIRE_MINUTES",
                                       "REFRESH_TOKEN_EXPIRE_DAYS",
                                       "ADMIN_PASSWORD",
                                       "DATABASE_URL",
                                       "CLICKHOUSE_HOST",
                                       "CLICKHOUSE_PORT",
                                       "CLICKHOUSE_DATABASE",
                                       "CLICKHOUSE_USER",
                                       "CLICKHOUSE_PASSWORD",
                                       "CLICKHOUSE_SECURE",
                                       "MINIO_ENDPOINT",
                                       "MINIO_ACCESS_KEY",
                                       "MINIO_SECRET_KEY",
                                       "MINIO_BUCKET",
                                       "MINIO_SECURE",
                                       "MINIO_REGION",
                                       "YOLO_MODEL_PATH",
                                       "POSE_MODEL_PATH",
                                       "CONFIDENCE_THRESHOLD",
                                       "IOU_THRESHOLD",
                                       "DEVICE",
                                       "USE_GPU",
                                       "PROCESSING_WORKERS",
                                       "FRAME_QUEUE_SIZE",
                                       "EVENT_QUEUE_SIZE",
                                       "FILE_SOURCE_ROOTS",
                                       "CAMERA_ALLOWED_NETWORKS",
                                       "WS_HEARTBEAT_SECONDS",
                                       "WS_MAX_CONNECTIONS",
                                       "LOG_LEVEL",
                                       "LOG_FILE"};
  std::set<std::string> ours;
  for (const Variable& variable : variables()) {
    EXPECT_TRUE(ours.emplace(variable.name).second) << variable.name << " is in two tables";
  }
  ours.erase("HTTP_THREADS");  // what --workers sets
  EXPECT_EQ(ours, contract);
}

TEST(EnvExample, RunsAsItStandsOnLoopbackAlone) {
  Sources sources{.dotenv = SourceFile{".env", env_example()}};
  const auto loaded = load_settings(sources);
  EXPECT_TRUE(loaded.ok()) << to_lines(loaded.problems);
  EXPECT_FALSE(loaded.value.settings.security.secret_key) << "a copy must not share a known key";
  sources.environment = {{"HOST", "0.0.0.0"}};
  EXPECT_FALSE(load_settings(sources).ok());
}

TEST(ShippedFiles, AreValidAndStateTheDefaults) {
  const auto here = std::filesystem::current_path();
  const auto detection = load_detection({"d", read("config/detection_config.yaml")});
  EXPECT_TRUE(detection.ok()) << to_lines(detection.problems);
  EXPECT_EQ(detection.value, default_detection());
  const auto cameras = load_cameras({"c", read("config/cameras.yaml")}, here);
  EXPECT_TRUE(cameras.ok()) << to_lines(cameras.problems);
  ASSERT_EQ(cameras.value.cameras.size(), 1U);
  EXPECT_EQ(cameras.value.cameras[0].id, "camera_1");
  const auto examples = load_cameras({"c", read("config/cameras.example.yaml")}, here);
  EXPECT_TRUE(examples.ok()) << to_lines(examples.problems);
  EXPECT_EQ(examples.value.cameras.size(), 3U);
  const auto settings = load_settings({.yaml = SourceFile{"s", read("config/sentinel.example.yaml")}});
  EXPECT_TRUE(settings.ok()) << to_lines(settings.problems);
}

TEST(ShippedFiles, TheDetectionConfigStatesEveryKey) {
  const auto parsed = parse_yaml(read("config/detection_config.yaml"));
  const auto& value = std::get<YamlDocument>(parsed).value;
  auto defaults = json::parse(schema::to_json(default_detection()));
  for (const json::Member& group : *std::get<json::Value>(defaults).as_object()) {
    ASSERT_NE(value.find(group.key), nullptr) << group.key;
    if (group.key == "classes" || group.value.as_object() == nullptr) continue;
    for (const json::Member& key : *group.value.as_object()) {
      EXPECT_NE(value.find(group.key)->find(key.key), nullptr) << group.key << "." << key.key;
    }
  }
}

TEST(Configuration, NeedsNoFileAtAll) {
  const fakes::TempFolder folder;
  const auto loaded = load_configuration({{}, folder.path()}, {}, {});
  EXPECT_TRUE(loaded.ok()) << to_lines(loaded.problems);
  EXPECT_EQ(loaded.value.detection, default_detection());
  EXPECT_TRUE(loaded.value.cameras.cameras.empty());
}

TEST(Configuration, RefusesAConfigFolderThatIsNone) {
  const fakes::TempFolder folder;
  EXPECT_TRUE(to_lines(load_configuration({"conf", folder.path()}, {}, {}).problems)
                  .starts_with("command line: --config: 'conf' is no folder"));
}

TEST(Configuration, CollectsTheProblemsOfEveryFile) {
  const fakes::TempFolder folder;
  write(folder.path() / ".env", "CONFIDENCE_THRESHOLD=0.7\nPROT=1\n");
  write(folder.path() / "conf/sentinel.yaml", "port: x\n");
  write(folder.path() / "conf/detection_config.yaml", "motion: {rows: 0}\n");
  write(folder.path() / "conf/cameras.yaml", "cameras: {}\n");
  const auto loaded = load_configuration({"conf", folder.path()}, {{"DATA_DIR", "d"}}, {{"LOG_LEVEL", "x"}});
  const std::string problems = to_lines(loaded.problems);
  for (const char* start :
       {".env:2: PROT", "conf/sentinel.yaml:1: port", "environment: LOG_LEVEL",
        "conf/detection_config.yaml:1: motion.rows", "conf/cameras.yaml:1: cameras: got a map"}) {
    EXPECT_NE(problems.find(start), std::string::npos) << start << " in\n" << problems;
  }
  EXPECT_EQ(loaded.problems.size(), 5U) << problems;
  EXPECT_EQ(loaded.value.detection.thresholds.confidence, 0.7);
  EXPECT_EQ(loaded.value.settings.api.data_dir, "d");
}

TEST(Configuration, RefusesWhatIsNoFileOrTooLarge) {
  const fakes::TempFolder folder;
  std::filesystem::create_directories(folder.path() / "config/cameras.yaml");
  write(folder.path() / "config/detection_config.yaml", std::string(kYamlBytesMax + 1, '#'));
  const std::string problems = to_lines(load_configuration({{}, folder.path()}, {}, {}).problems);
  EXPECT_NE(problems.find("config/cameras.yaml: is no regular file"), std::string::npos) << problems;
  EXPECT_NE(problems.find("that is the bound"), std::string::npos) << problems;
}

TEST(Configuration, StampsFiles) {
  const fakes::TempFolder folder;
  const Places places{{}, folder.path()};
  EXPECT_FALSE(stamp_of(places, kCamerasFile).exists);
  write(folder.path() / "config/cameras.yaml", "cameras: []\n");
  const FileStamp before = stamp_of(places, kCamerasFile);
  EXPECT_TRUE(before.exists);
  EXPECT_EQ(before.bytes, 12U);
  write(folder.path() / "config/cameras.yaml", "cameras: [ ]\n");
  EXPECT_TRUE(changed(before, stamp_of(places, kCamerasFile)));
}

TEST(Configuration, ReadsTheEnvironment) {
  const char* entries[] = {"A=b=c", "EMPTY=", "nothing", nullptr};
  const std::map<std::string, std::string> expected{{"A", "b=c"}, {"EMPTY", ""}};
  EXPECT_EQ(environment_of(entries), expected);
}

}  // namespace
}  // namespace sentinel::config
