#include "config/checks.hpp"

#include <gtest/gtest.h>

#include <string>

#include "config/variables.hpp"

namespace sentinel::config {
namespace {

std::string problems_of(const std::map<std::string, std::string>& environment) {
  return to_lines(load_settings({.environment = environment}).problems);
}

TEST(Checks, RefuseFeaturesThatComeLater) {
  const std::map<std::string, std::string> samples{{"CLICKHOUSE_PORT", "9000"},
                                                   {"CLICKHOUSE_SECURE", "true"},
                                                   {"MINIO_SECURE", "false"},
                                                   {"TRUSTED_PROXIES", "10.0.0.0/8"},
                                                   {"MINIO_ENDPOINT", "minio:9000"}};
  int count = 0;
  for (const Variable& variable : variables()) {
    if (!variable.not_yet) continue;
    ++count;
    const std::string name{variable.name};
    const auto sample = samples.find(name);
    const std::string value = sample == samples.end() ? "some-value" : sample->second;
    const std::string fit = name == "CLICKHOUSE_DATABASE" ? "events" : value;
    EXPECT_EQ(problems_of({{name, fit}}),
              "environment: " + name + ": not supported by this version; remove it\n");
  }
  EXPECT_EQ(count, 17);
  EXPECT_EQ(problems_of({{"JWT_ALGORITHM", "RS256"}}),
            "environment: JWT_ALGORITHM: RS256 is not supported by this version; remove it\n");
  EXPECT_EQ(problems_of({{"JWT_ALGORITHM", "HS256"}}), "");
  EXPECT_EQ(problems_of({{"DATABASE_URL", "postgresql://u:hunter2@h/d"}}),
            "environment: DATABASE_URL: postgresql:// is not supported by this version; remove it\n");
}

TEST(Checks, RefuseAStarAmongTheOrigins) {
  EXPECT_TRUE(problems_of({{"CORS_ORIGINS", "https://a.example,*"}})
                  .starts_with("environment: CORS_ORIGINS: * is refused"));
}

TEST(Checks, RefuseWhatEverybodyKnowsBeyondLoopback) {
  const std::map<std::string, std::string> known{{"SECRET_KEY", kExampleSecretKey},
                                                 {"ADMIN_PASSWORD", "admin123"}};
  for (const char* host : {"127.0.0.1", "127.8.8.8", "localhost", "::1"}) {
    auto environment = known;
    environment["HOST"] = host;
    EXPECT_EQ(problems_of(environment), "") << host;
  }
  for (const char* host :
       {"0.0.0.0", "::", "192.168.1.5", "::ffff:127.0.0.1", "127.0.0.1.example", "localhost."}) {
    auto environment = known;
    environment["HOST"] = host;
    const std::string problems = problems_of(environment);
    EXPECT_NE(problems.find("SECRET_KEY: the example's"), std::string::npos) << host;
    EXPECT_NE(problems.find("ADMIN_PASSWORD: the example's"), std::string::npos) << host;
    EXPECT_EQ(problems.find(kExampleSecretKey), std::string::npos);
    EXPECT_EQ(problems.find("admin123"), std::string::npos);
  }
  EXPECT_EQ(problems_of({{"HOST", "0.0.0.0"}, {"ADMIN_PASSWORD", "something else"}}), "");
  EXPECT_EQ(find_variable("SECRET_KEY")->example_text, kExampleSecretKey);
  EXPECT_EQ(find_variable("ADMIN_PASSWORD")->example_text, kExampleAdminPassword);
}

TEST(Checks, UseGpuMeansDeviceGpu) {
  EXPECT_EQ(problems_of({{"USE_GPU", "true"}, {"DEVICE", "CPU"}}),
            "environment: USE_GPU: true says DEVICE=GPU, and DEVICE is CPU; remove one of the two\n");
  EXPECT_EQ(problems_of({{"USE_GPU", "true"}, {"DEVICE", "GPU"}}), "");
  EXPECT_EQ(problems_of({{"USE_GPU", "false"}, {"DEVICE", "GPU"}}), "");
  AiSettings ai;
  EXPECT_EQ(device_of(ai), Device::kCpu);
  ai.use_gpu = true;
  EXPECT_EQ(device_of(ai), Device::kGpu);
  ai.use_gpu = false;
  ai.device = Device::kAuto;
  EXPECT_EQ(device_of(ai), Device::kAuto);
}

TEST(Checks, FindTheDatabaseFile) {
  EXPECT_EQ(sqlite_path("sqlite:///data/x.db"), "data/x.db");
  EXPECT_EQ(sqlite_path("sqlite:////var/x.db"), "/var/x.db");
  EXPECT_EQ(sqlite_path("sqlite:///x.db?mode=rw"), "x.db");
  EXPECT_EQ(sqlite_path("postgresql://h/d"), "");
  Settings settings;
  settings.api.data_dir = "/var/lib/sentinel";
  EXPECT_EQ(database_file(settings), "/var/lib/sentinel/sentinel.db");
  settings.database.database_url = "sqlite:///x.db";
  EXPECT_EQ(database_file(settings), "x.db");
}

TEST(Checks, MaskPasswordsInUrls) {
  const std::pair<const char*, const char*> cases[] = {
      {"sqlite:///data/x.db", "sqlite:///data/x.db"},
      {"postgresql://user@host/db", "postgresql://user@host/db"},
      {"postgresql://user:pw@host:5432/db", "postgresql://user:***@host:5432/db"},
      {"postgresql://user:p@w/x:y@host/db", "postgresql://user:***@host/db"},
      {"postgresql://user:p?w@host/db", "postgresql://user:***@host/db"},
      {"postgresql://host:5432/db", "postgresql://host:5432/db"},
      {"postgresql://host/db?user=u&password=pw&sslmode=require",
       "postgresql://host/db?user=u&password=***&sslmode=require"},
      {"clickhouse://u:pw@h/d?access_token=t", "clickhouse://u:***@h/d?access_token=***"},
      {"no url", "no url"},
  };
  for (const auto& [url, masked] : cases) EXPECT_EQ(masked_url(url), masked);
}

TEST(Checks, RootsCountFromTheWorkingDirectory) {
  CameraPolicySettings cameras;
  cameras.file_source_roots = {"media/demo", "/srv/clips/", "./a/../b"};
  EXPECT_EQ(file_source_roots(cameras, "/srv"),
            (std::vector<std::filesystem::path>{"/srv/media/demo", "/srv/clips/", "/srv/b"}));
  EXPECT_NE(problems_of({{"FILE_SOURCE_ROOTS", "/"}}), "");
}

}  // namespace
}  // namespace sentinel::config
