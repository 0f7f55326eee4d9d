// config/cameras.yaml: the cameras that the operator writes down. Those added by the API live in the
// database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/patterns.hpp"
#include "config/problem.hpp"
#include "config/reading.hpp"
#include "config/settings.hpp"
#include "schema/table.hpp"

namespace sentinel::config {

// A region of the picture, kept for the rules that will use it. Points are [x, y], from 0 at the left and top
// edge to 1 at the right and bottom.
struct ZoneEntry {
  std::string id, name;
  std::vector<std::vector<double>> polygon;
  bool operator==(const ZoneEntry&) const = default;
  static constexpr auto fields() {
    using Self = ZoneEntry;
    return object<Self>("ZoneEntry",
                        required("id", &Self::id, pattern{"^[A-Za-z0-9_-]{1,64}$"},
                                 allowed{"letters, digits, _ and -, 1 to 64"}),
                        required("name", &Self::name, min_length{1}, max_length{64}),
                        required("polygon", &Self::polygon, min_length{3}, max_length{64},
                                 each{min_length{2}, max_length{2}, each{ge{0}, le{1}}}));
  }
};

// A camera's id is its WebSocket channel as well, and this one is that of the events.
inline constexpr std::string_view kReservedCameraId = "events";

struct CameraEntry {
  std::string id, name;  // any id but kReservedCameraId
  std::string url;       // a file's is absolute once load_cameras() has read it
  std::optional<std::string> username, password, location;
  std::optional<double> fps;  // frames a second that are analysed at most; without it sampling.fps_max
  bool enabled = true;
  std::optional<std::vector<ZoneEntry>> zones;  // empty: not stated, so editable by API
  bool operator==(const CameraEntry&) const = default;
  static constexpr auto fields() {
    using Self = CameraEntry;
    return object<Self>(
        "CameraEntry",
        required("id", &Self::id, pattern{"^[A-Za-z0-9_-]{1,64}$"},
                 allowed{"letters, digits, _ and -, 1 to 64"}),
        required("name", &Self::name, min_length{1}, max_length{64}, pattern{kNamePattern},
                 allowed{"text of 1 to 64 characters, not blanks alone, without control characters"}),
        // Secret, since a user and password may stand in it.
        required(
            "url", &Self::url, secret{}, max_length{1000}, pattern{"^(rtsps?|file)://[^ ]+$"},
            allowed{"an address that begins with rtsp://, rtsps:// or file://, without spaces, of at most "
                    "1000 characters"}),
        optional("username", &Self::username, min_length{1}, max_length{128}),
        optional("password", &Self::password, secret{}, min_length{1}, max_length{128}),
        optional("location", &Self::location, max_length{128}), optional("fps", &Self::fps, ge{0.1}, le{60}),
        defaulted("enabled", &Self::enabled), optional("zones", &Self::zones, max_length{32}));
  }
};

struct CamerasFile {
  std::vector<CameraEntry> cameras;
  bool operator==(const CamerasFile&) const = default;
  static constexpr auto fields() {
    return object<CamerasFile>("CamerasFile", required("cameras", &CamerasFile::cameras, max_length{1024}));
  }
};

// What is wrong with one field of a camera, beyond what this module can tell: an address is taken apart by
// media/. `camera.url` is absolute by then.
struct CameraFault {
  const char* field;
  std::string what;
};
using CheckCamera = std::function<std::optional<CameraFault>(const CameraEntry& camera)>;

// Besides the tables' limits: ids are unique and none is kReservedCameraId, zone ids within a camera too; a
// user stands either in the URL or in `username`, and a password never without one. A file's URL is
// file:///absolute/path, or file://./relative/path, which counts from `working_dir` and comes out absolute.
// Zones are a warning: no rule of this version uses them. A camera that is fit so far is handed to `check`.
// No camera is written `cameras: []`; an empty file is a mistake, most likely one that is half written.
Checked<CamerasFile> load_cameras(const SourceFile& file, const std::filesystem::path& working_dir,
                                  const CheckCamera& check = {});

// "file://./clips/a b.mp4" to "file:///working/dir/clips/a%20b.mp4"; any other URL as it is.
std::string absolute_file_url(const std::string& url, const std::filesystem::path& working_dir);

}  // namespace sentinel::config
