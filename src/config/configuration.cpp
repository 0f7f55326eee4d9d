#include "config/configuration.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "config/yaml.hpp"

namespace sentinel::config {
namespace {

// The file's text, nothing when it is absent. One that is there and cannot be read is a problem.
std::optional<SourceFile> read_file(const Places& places, const std::filesystem::path& name,
                                    std::vector<Problem>& problems) {
  const std::filesystem::path path = places.working_dir / name;
  std::error_code fault;
  const auto status = std::filesystem::status(path, fault);
  if (status.type() == std::filesystem::file_type::not_found) return std::nullopt;
  const auto refuse = [&](std::string what) {
    problems.push_back({{name.string(), ""}, std::move(what)});
    return std::nullopt;
  };
  if (fault) return refuse("cannot be read: " + fault.message());
  if (status.type() != std::filesystem::file_type::regular) return refuse("is no regular file");
  std::ifstream in{path, std::ios::binary};
  if (!in) return refuse(fmt::format("cannot be read: {}", std::strerror(errno)));
  // One byte more than is allowed shows the parser that there was more.
  std::string text(kYamlBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return refuse("cannot be read to its end");
  text.resize(static_cast<std::size_t>(in.gcount()));
  return SourceFile{name.string(), std::move(text)};
}

template <class T>
void take(std::vector<T>& into, std::vector<T> from) {
  into.insert(into.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

Checked<Configuration> load_configuration(const Places& places,
                                          const std::map<std::string, std::string>& command_line,
                                          const std::map<std::string, std::string>& environment,
                                          const CheckCamera& check) {
  Checked<Configuration> out;
  if (places.config_dir && !std::filesystem::is_directory(places.working_dir / *places.config_dir)) {
    out.problems.push_back(
        {{"command line", "--config"},
         fmt::format("'{}' is no folder; allowed: one with {}, {} and {}, each optional",
                     places.config_dir->string(), kSettingsFile, kDetectionFile, kCamerasFile)});
    return out;
  }
  Sources sources{command_line, environment};
  sources.dotenv = read_file(places, ".env", out.problems);
  sources.yaml = read_file(places, places.file(kSettingsFile), out.problems);
  auto loaded = load_settings(sources);
  take(out.problems, std::move(loaded.problems));
  out.value.settings = std::move(loaded.value.settings);
  out.value.origins = std::move(loaded.value.origins);
  auto detection = read_detection(places, out.value.settings.ai);
  take(out.problems, std::move(detection.problems));
  take(out.warnings, std::move(detection.warnings));
  out.value.detection = std::move(detection.value);
  auto cameras = read_cameras(places, check);
  take(out.problems, std::move(cameras.problems));
  take(out.warnings, std::move(cameras.warnings));
  out.value.cameras = std::move(cameras.value);
  return out;
}

Checked<DetectionConfig> read_detection(const Places& places, const AiSettings& ai) {
  Checked<DetectionConfig> out{default_detection()};
  if (auto file = read_file(places, places.file(kDetectionFile), out.problems)) out = load_detection(*file);
  override_detection(ai, out.value);
  return out;
}

Checked<CamerasFile> read_cameras(const Places& places, const CheckCamera& check) {
  Checked<CamerasFile> out;
  if (auto file = read_file(places, places.file(kCamerasFile), out.problems)) {
    out = load_cameras(*file, places.working_dir, check);
  }
  return out;
}

FileStamp stamp_of(const Places& places, const char* name) {
  const std::string path = (places.working_dir / places.file(name)).string();
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return {};
  FileStamp out;
  out.exists = true;
  out.inode = found.st_ino;
  out.modified_ns = std::int64_t{found.st_mtim.tv_sec} * 1'000'000'000 + found.st_mtim.tv_nsec;
  out.bytes = static_cast<std::uint64_t>(found.st_size);
  return out;
}

std::map<std::string, std::string> environment_of(const char* const* entries) {
  std::map<std::string, std::string> out;
  for (; entries != nullptr && *entries != nullptr; ++entries) {
    const std::string_view entry{*entries};
    const auto equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    out.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return out;
}

}  // namespace sentinel::config
