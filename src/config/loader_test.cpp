#include "config/loader.hpp"

#include <gtest/gtest.h>

#include <string>

#include "config/variables.hpp"

namespace sentinel::config {
namespace {

std::string problems_of(const Sources& sources) {
  return to_lines(load_settings(sources).problems);
}
std::string dotenv_problems(const std::string& text) {
  return problems_of({.dotenv = SourceFile{".env", text}});
}
std::string yaml_problems(const std::string& text) {
  return problems_of({.yaml = SourceFile{"config/sentinel.yaml", text}});
}
Settings of_environment(const std::map<std::string, std::string>& environment) {
  const auto loaded = load_settings({.environment = environment});
  EXPECT_TRUE(loaded.ok()) << to_lines(loaded.problems);
  return loaded.value.settings;
}

TEST(Loader, HasFitDefaults) {
  const auto loaded = load_settings({});
  EXPECT_TRUE(loaded.ok()) << to_lines(loaded.problems);
  EXPECT_TRUE(loaded.value.origins.empty());
  EXPECT_EQ(loaded.value.settings.api.host, "127.0.0.1");
  EXPECT_EQ(loaded.value.settings.api.port, 8000);
  EXPECT_EQ(loaded.value.settings.cameras.file_source_roots, std::vector<std::string>{"media/demo"});
}

TEST(Loader, EachSourceGoesBeforeTheNext) {
  Sources sources;
  sources.yaml =
      SourceFile{"config/sentinel.yaml", "port: 1\nhost: 127.0.0.2\ndata_dir: yaml\nlog_level: debug\n"};
  EXPECT_EQ(load_settings(sources).value.settings.api.port, 1);
  sources.dotenv = SourceFile{".env", "PORT=2\nHOST=127.0.0.3\nDATA_DIR=dotenv\n"};
  EXPECT_EQ(load_settings(sources).value.settings.api.port, 2);
  sources.environment = {{"PORT", "3"}, {"HOST", "127.0.0.4"}};
  EXPECT_EQ(load_settings(sources).value.settings.api.port, 3);
  sources.command_line = {{"PORT", "4"}};
  const auto loaded = load_settings(sources);
  EXPECT_TRUE(loaded.ok()) << to_lines(loaded.problems);
  EXPECT_EQ(loaded.value.settings.api.port, 4);
  EXPECT_EQ(loaded.value.settings.api.host, "127.0.0.4");
  EXPECT_EQ(loaded.value.settings.api.data_dir, "dotenv");
  EXPECT_EQ(loaded.value.settings.logging.level, LogLevel::kDebug);
  EXPECT_EQ(loaded.value.origins.at("PORT").where, "command line");
  EXPECT_EQ(loaded.value.origins.at("DATA_DIR").where, ".env:3");
  EXPECT_EQ(loaded.value.origins.at("LOG_LEVEL").where, "config/sentinel.yaml:4");
}

TEST(Loader, ReadsListsFromTextAndFromYaml) {
  const auto settings = of_environment({{"CORS_ORIGINS", "https://a.example, http://localhost:5173,"},
                                        {"FILE_SOURCE_ROOTS", "/a:b/c"},
                                        {"CAMERA_ALLOWED_NETWORKS", ""}});
  EXPECT_EQ(settings.api.cors_origins,
            (std::vector<std::string>{"https://a.example", "http://localhost:5173"}));
  EXPECT_EQ(settings.cameras.file_source_roots, (std::vector<std::string>{"/a", "b/c"}));
  EXPECT_TRUE(settings.cameras.allowed_networks.empty()) << "an empty list is a list";
  const auto yaml = load_settings(
      {.yaml = SourceFile{"y", "file_source_roots: [/a, 'b:c']\ncors_origins: https://a.example\n"}});
  EXPECT_TRUE(yaml.ok()) << to_lines(yaml.problems);
  EXPECT_EQ(yaml.value.settings.cameras.file_source_roots, (std::vector<std::string>{"/a", "b:c"}));
  EXPECT_EQ(yaml.value.settings.api.cors_origins, std::vector<std::string>{"https://a.example"});
}

TEST(Loader, AnEmptyValueIsAsGoodAsNone) {
  EXPECT_EQ(of_environment({{"PORT", ""}, {"SECRET_KEY", ""}, {"DEVICE", ""}}).api.port, 8000);
  const auto loaded =
      load_settings({.environment = {{"PORT", ""}}, .dotenv = SourceFile{".env", "PORT=7\n"}});
  EXPECT_EQ(loaded.value.settings.api.port, 7);
}

TEST(Loader, ReadsChoicesInAnyCase) {
  EXPECT_EQ(of_environment({{"LOG_LEVEL", "warning"}}).logging.level, LogLevel::kWarning);
  EXPECT_EQ(of_environment({{"DEVICE", "auto"}}).ai.device, Device::kAuto);
}

TEST(Loader, NamesWhatIsWrongAndWhatIsAllowed) {
  EXPECT_EQ(dotenv_problems("# x\nPORT=70000\n"),
            ".env:2: PORT: got '70000'; allowed: a whole number from 0 to 65535\n");
  EXPECT_EQ(problems_of({.environment = {{"PORT", "http"}}}),
            "environment: PORT: got 'http'; allowed: a whole number from 0 to 65535\n");
  EXPECT_EQ(problems_of({.command_line = {{"HTTP_THREADS", "0"}}}),
            "command line: HTTP_THREADS: got '0'; allowed: a whole number from 1 to 64\n");
  EXPECT_EQ(yaml_problems("debug: maybe\n"),
            "config/sentinel.yaml:1: debug: got 'maybe'; allowed: true or false\n");
  EXPECT_EQ(
      yaml_problems("log_level: loud\n"),
      "config/sentinel.yaml:1: log_level: got 'loud'; allowed: DEBUG, INFO, WARNING, ERROR or CRITICAL\n");
  EXPECT_EQ(yaml_problems("port: [1]\n"),
            "config/sentinel.yaml:1: port: got a list; allowed: a whole number from 0 to 65535\n");
  EXPECT_EQ(dotenv_problems("CAMERA_ALLOWED_NETWORKS=10.0.0.0/8,10.1.2.3/8\n"),
            ".env:1: CAMERA_ALLOWED_NETWORKS: got '10.1.2.3/8'; allowed: a network such as 10.0.0.0/8 or "
            "fd00::/8, or "
            "one address\n");
  EXPECT_EQ(dotenv_problems("CONFIDENCE_THRESHOLD=1.5\n"),
            ".env:1: CONFIDENCE_THRESHOLD: got '1.5'; allowed: a number from 0.05 to 0.99\n");
}

TEST(Loader, AsksOfNetworksWhatTheGuardAsks) {
  EXPECT_NE(problems_of({.environment = {{"CAMERA_ALLOWED_NETWORKS", "::ffff:10.0.0.0/104"}}}), "");
}

TEST(Loader, NeverRepeatsAUserOfAnAddress) {
  EXPECT_EQ(problems_of({.environment = {{"MINIO_ENDPOINT", "user:hunter2@minio:9000"}}}),
            "environment: MINIO_ENDPOINT: got '***@minio:9000'; allowed: host:port\n"
            "environment: MINIO_ENDPOINT: not supported by this version; remove it\n");
  EXPECT_EQ(
      problems_of({.environment = {{"CORS_ORIGINS", "https://a.example,https://u:hunter2@ui.example"}}}),
      "environment: CORS_ORIGINS: got 'https://***@ui.example'; allowed: an origin such as "
      "https://ui.example:8443, without a path\n");
}

TEST(Loader, CollectsTheProblemsOfAllSources) {
  Sources sources;
  sources.yaml = SourceFile{"y", "prot: 1\nws_max_connections: 0\n"};
  sources.dotenv = SourceFile{".env", "PORT=x\n"};
  sources.environment = {{"PORT", "8001"}, {"LOG_LEVEL", "?"}};
  const std::string problems = problems_of(sources);
  EXPECT_EQ(std::count(problems.begin(), problems.end(), '\n'), 4) << problems;
  EXPECT_NE(problems.find(".env:1: PORT"), std::string::npos) << "also what a stronger source overrides";
}

TEST(Loader, NamesTheNearestKnownNameOfAnUnknownOneInAFile) {
  EXPECT_EQ(dotenv_problems("PROT=1\n"), ".env:1: PROT: unknown; did you mean PORT?\n");
  EXPECT_EQ(dotenv_problems("SECRETKEY=hunter2hunter2\n"),
            ".env:1: SECRETKEY: unknown; did you mean SECRET_KEY?\n");
  EXPECT_EQ(dotenv_problems("COMPOSE_PROJECT=1\n"),
            ".env:1: COMPOSE_PROJECT: unknown; the known ones are listed in .env.example\n");
  EXPECT_EQ(yaml_problems("PORT: 1\n"), "config/sentinel.yaml:1: PORT: unknown; did you mean port?\n");
  EXPECT_EQ(problems_of({.environment = {{"PATH", "/bin"}, {"PROT", "1"}}}), "");
}

TEST(Loader, NeverRepeatsASecret) {
  for (const Variable& variable : variables()) {
    if (!variable.secret) continue;
    const std::string name{variable.name};
    std::string lower = name;
    for (char& c : lower) c = static_cast<char>(std::tolower(c));
    // Too short for one, too long for the others, no URL, and of the wrong type in YAML.
    const std::string values[] = {"hunter2", "hunter2" + std::string(2000, 'x'), "mysql://u:hunter2@h/d"};
    for (const std::string& value : values) {
      EXPECT_EQ(dotenv_problems(name + "=" + value).find("hunter2"), std::string::npos) << name;
      EXPECT_EQ(yaml_problems(lower + ": [" + value + "]\n").find("hunter2"), std::string::npos) << name;
      EXPECT_EQ(yaml_problems(lower + ": {" + value + ": x}\n").find("hunter2"), std::string::npos) << name;
    }
  }
  EXPECT_EQ(dotenv_problems("SECRET_KEY=short\n"),
            ".env:1: SECRET_KEY: unfit; allowed: text of at least 32 bytes\n");
}

TEST(Loader, RefusesAYamlFileThatIsNoMap) {
  EXPECT_EQ(yaml_problems("- a\n"), "config/sentinel.yaml:1: not a map; allowed: lines of `name: value`\n");
  EXPECT_TRUE(yaml_problems("a: [\n").starts_with("config/sentinel.yaml:1: this is not YAML"))
      << yaml_problems("a: [\n");
}

}  // namespace
}  // namespace sentinel::config
