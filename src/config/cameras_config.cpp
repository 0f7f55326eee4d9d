#include "config/cameras_config.hpp"

#include <fmt/format.h>

#include <iterator>
#include <map>
#include <string_view>

namespace sentinel::config {
namespace {

constexpr std::string_view kRelativeFile = "file://./";

// "user[:password]@" stands in the URL.
bool has_userinfo(const std::string& url) {
  const auto authority = url.find("://") + 3;
  return url.substr(authority, url.find_first_of("/?", authority) - authority).find('@') != std::string::npos;
}

// What the working directory may hold and a URL may not.
std::string percent_encoded(const std::string& path) {
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7F || c == '%' || c == '#' || c == '?') {
      fmt::format_to(std::back_inserter(out), "%{:02X}", byte);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

class Check {
 public:
  Check(const Locate& locate, const std::filesystem::path& working_dir, const CheckCamera& check,
        Checked<CamerasFile>& out)
      : locate_{locate}, working_dir_{working_dir}, check_{check}, out_{out} {}

  void camera(std::size_t index) {
    CameraEntry& camera = out_.value.cameras[index];
    const schema::Loc path{"cameras", static_cast<std::int64_t>(index)};
    const std::size_t before = out_.problems.size();
    unique(ids_, camera.id, path);
    if (camera.id == kReservedCameraId) {
      refuse(path, "id", "'events' is the WebSocket channel of the events; allowed: any other id");
    }
    const bool in_url = has_userinfo(camera.url);
    if (in_url && camera.username) {
      refuse(path, "username", "a user stands in the url as well; allowed: in one of the two");
    }
    if (camera.password && !camera.username) {
      refuse(path, "password", "stands without a user; allowed: together with username");
    }
    if (camera.url.starts_with("file://")) file(camera, path);
    if (camera.zones) zones(*camera.zones, path);
    camera.url = absolute_file_url(camera.url, working_dir_);
    if (!check_ || out_.problems.size() > before) return;
    if (auto fault = check_(camera)) refuse(path, fault->field, std::move(fault->what));
  }

 private:
  using Ids = std::map<std::string, Spot>;

  void refuse(schema::Loc path, const char* name, std::string what) {
    path.emplace_back(name);
    out_.problems.push_back({locate_(path), std::move(what)});
  }

  void unique(Ids& ids, const std::string& id, schema::Loc path) {
    path.emplace_back("id");
    const auto [first, fresh] = ids.emplace(id, locate_(path));
    if (fresh) return;
    out_.problems.push_back(
        {locate_(path), fmt::format("'{}' is taken; it was given before, at {}", id, first->second.where)});
  }

  void file(const CameraEntry& camera, const schema::Loc& path) {
    if (camera.username) refuse(path, "username", "a file has no user; remove it");
    const bool fine = camera.url.starts_with("file:///") || camera.url.starts_with(kRelativeFile);
    if (!fine) {
      refuse(path, "url",
             "unfit; allowed: file:///absolute/path, or file://./path from the working directory");
    }
  }

  void zones(const std::vector<ZoneEntry>& zones, const schema::Loc& path) {
    Ids ids;
    schema::Loc at = path;
    at.emplace_back("zones");
    for (std::size_t i = 0; i < zones.size(); ++i) {
      at.emplace_back(static_cast<std::int64_t>(i));
      unique(ids, zones[i].id, at);
      at.pop_back();
    }
    if (!zones.empty()) out_.warnings.push_back({locate_(at), "zones have no effect in this version"});
  }

  const Locate& locate_;
  const std::filesystem::path& working_dir_;
  const CheckCamera& check_;
  Checked<CamerasFile>& out_;
  Ids ids_;
};

}  // namespace

Checked<CamerasFile> load_cameras(const SourceFile& file, const std::filesystem::path& working_dir,
                                  const CheckCamera& check) {
  YamlLines lines;
  auto out = read_yaml<CamerasFile>(file, &lines);
  if (!out.ok()) return out;
  const Locate locate = locate_in(file.name, lines);
  Check all{locate, working_dir, check, out};
  for (std::size_t i = 0; i < out.value.cameras.size(); ++i) all.camera(i);
  return out;
}

std::string absolute_file_url(const std::string& url, const std::filesystem::path& working_dir) {
  if (!url.starts_with(kRelativeFile)) return url;
  // The relative part is a URL's already; only what is put before it needs encoding.
  std::string base = percent_encoded(working_dir.lexically_normal().string());
  if (!base.ends_with('/')) base.push_back('/');
  return "file://" + base + url.substr(kRelativeFile.size());
}

}  // namespace sentinel::config
