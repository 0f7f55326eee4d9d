#include "config/checks.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/variables.hpp"

namespace sentinel::config {
namespace {

constexpr const char* kNotYet = "not supported by this version; remove it";

class Check {
 public:
  Check(const Origins& origins, std::vector<Problem>& problems) : origins_{origins}, problems_{problems} {}

  bool stated(std::string_view name) const { return origins_.contains(name); }
  void refuse(std::string_view name, std::string what) {
    const auto origin = origins_.find(name);
    const Spot spot = origin != origins_.end() ? origin->second : Spot{"default", std::string{name}};
    problems_.push_back({spot, std::move(what)});
  }

 private:
  const Origins& origins_;
  std::vector<Problem>& problems_;
};

void check_features(const Settings& settings, Check& check) {
  for (const Variable& variable : variables()) {
    if (variable.not_yet && check.stated(variable.name)) check.refuse(variable.name, kNotYet);
  }
  if (settings.security.jwt_algorithm != JwtAlgorithm::kHs256) {
    const auto name = kJwtAlgorithmNames[static_cast<std::size_t>(settings.security.jwt_algorithm)];
    check.refuse("JWT_ALGORITHM", fmt::format("{} is {}", name, kNotYet));
  }
  const auto& url = settings.database.database_url;
  if (url && url->starts_with("postgres")) {
    check.refuse("DATABASE_URL", fmt::format("postgresql:// is {}", kNotYet));
  }
}

void check_exposure(const Settings& settings, Check& check) {
  const auto& origins = settings.api.cors_origins;
  if (std::find(origins.begin(), origins.end(), "*") != origins.end()) {
    check.refuse("CORS_ORIGINS",
                 "* is refused, since replies allow credentials; allowed: the origins one by one, such as "
                 "https://ui.example");
  }
  if (is_loopback(settings.api.host)) return;
  if (settings.security.secret_key == kExampleSecretKey) {
    check.refuse(
        "SECRET_KEY",
        "the example's key is known to everybody and refused while HOST is beyond loopback; allowed: "
        "one of your own (openssl rand -hex 32), or none, and one is made");
  }
  if (settings.security.admin_password == kExampleAdminPassword) {
    check.refuse("ADMIN_PASSWORD",
                 "the example's password is known to everybody and refused while HOST is beyond loopback; "
                 "allowed: one of your own, or none, and one is made");
  }
}

void append_masked_query(std::string& out, std::string_view query) {
  char before = '?';
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const std::string_view key = pair.substr(0, pair.find('='));
    const bool hidden =
        key.size() < pair.size() && schema::matches("(?i)pass|pwd|secret|token|key|auth", key);
    out.push_back(before);
    out += hidden ? std::string{key} + "=***" : std::string{pair};
    before = '&';
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
  }
}

}  // namespace

void check_settings(const LoadedSettings& loaded, std::vector<Problem>& problems) {
  Check check{loaded.origins, problems};
  const Settings& settings = loaded.settings;
  check_features(settings, check);
  check_exposure(settings, check);
  if (settings.ai.use_gpu == true && settings.ai.device && settings.ai.device != Device::kGpu) {
    const auto name = kDeviceNames[static_cast<std::size_t>(*settings.ai.device)];
    check.refuse("USE_GPU",
                 fmt::format("true says DEVICE=GPU, and DEVICE is {}; remove one of the two", name));
  }
}

bool is_loopback(const std::string& host) {
  if (host == "localhost") return true;
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET, host.c_str(), bytes.data()) == 1) return bytes[0] == 127;
  if (inet_pton(AF_INET6, host.c_str(), bytes.data()) != 1) return false;
  return std::all_of(bytes.begin(), bytes.end() - 1, [](unsigned char b) { return b == 0; }) &&
         bytes[15] == 1;
}

Device device_of(const AiSettings& ai) {
  if (ai.device) return *ai.device;
  return ai.use_gpu == true ? Device::kGpu : Device::kCpu;
}

std::filesystem::path database_file(const Settings& settings) {
  if (!settings.database.database_url) return std::filesystem::path{settings.api.data_dir} / "sentinel.db";
  return sqlite_path(*settings.database.database_url);
}

std::filesystem::path sqlite_path(std::string_view url) {
  constexpr std::string_view kPrefix = "sqlite:///";
  if (!url.starts_with(kPrefix)) return {};
  url.remove_prefix(kPrefix.size());
  return url.substr(0, url.find('?'));
}

std::string masked_url(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string{url};
  const auto authority = scheme + 3;
  const auto colon = url.find(':', authority);
  auto query = url.find('?', authority);
  // The last @ ends the user's part, so that a password with an unencoded / or @ is masked whole. One that is
  // only found behind a ? may be the end of a password too: masking too much does no harm.
  auto at = url.substr(0, query).rfind('@');
  if (at == std::string_view::npos) {
    at = url.rfind('@');
    if (at != std::string_view::npos && colon < query) query = url.find('?', at);
  }
  std::string out{url.substr(0, query)};
  if (at != std::string_view::npos && colon < at) {
    out.assign(url.substr(0, colon)).append(":***").append(url.substr(at, query - at));
  }
  if (query != std::string_view::npos) append_masked_query(out, url.substr(query + 1));
  return out;
}

std::vector<std::filesystem::path> file_source_roots(const CameraPolicySettings& cameras,
                                                     const std::filesystem::path& working_dir) {
  std::vector<std::filesystem::path> out;
  for (const std::string& root : cameras.file_source_roots) {
    out.push_back((working_dir / root).lexically_normal());
  }
  return out;
}

}  // namespace sentinel::config
