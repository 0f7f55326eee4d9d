#include "config/cameras_config.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sentinel::config {
namespace {

Checked<CamerasFile> load(const std::string& text) {
  return load_cameras({"c.yaml", text}, "/work dir");
}
std::string problems_of(const std::string& text) {
  return to_lines(load(text).problems);
}
std::string camera(const std::string& rest) {
  return "cameras:\n  - id: a\n    name: A\n" + rest;
}

TEST(CamerasConfig, ReadsACamera) {
  const auto loaded =
      load(camera("    url: rtsp://192.168.1.2/s\n    username: u\n    password: 0123\n    fps: 7.5\n"
                  "    enabled: false\n    location: there\n"));
  ASSERT_TRUE(loaded.ok()) << to_lines(loaded.problems);
  const CameraEntry expected{"a", "A", "rtsp://192.168.1.2/s", "u", "0123", "there", 7.5, false, {}};
  EXPECT_EQ(loaded.value.cameras, std::vector{expected});
}

TEST(CamerasConfig, ResolvesRelativeFiles) {
  EXPECT_EQ(load(camera("    url: file://./media/a%20b.mp4\n")).value.cameras.at(0).url,
            "file:///work%20dir/media/a%20b.mp4");
  EXPECT_EQ(load(camera("    url: file:///clips/a.mp4\n")).value.cameras.at(0).url, "file:///clips/a.mp4");
  EXPECT_EQ(problems_of(camera("    url: file://media/a.mp4\n")),
            "c.yaml:4: cameras.0.url: unfit; allowed: file:///absolute/path, or file://./path from the "
            "working directory\n");
}

TEST(CamerasConfig, NamesWhatIsWrong) {
  EXPECT_EQ(problems_of(""), "c.yaml:1: cameras: is missing; allowed: a list of at most 1024, each a map\n");
  EXPECT_EQ(problems_of("cameras: []\n"), "");
  EXPECT_EQ(problems_of("cameras:\n  - name: A\n    url: rtsp://h/\n"),
            "c.yaml:2: cameras.0.id: is missing; allowed: letters, digits, _ and -, 1 to 64\n");
  EXPECT_EQ(
      problems_of("cameras:\n  - {id: events, name: A, url: 'rtsp://h/'}\n"),
      "c.yaml:2: cameras.0.id: 'events' is the WebSocket channel of the events; allowed: any other id\n");
  EXPECT_EQ(problems_of("cameras:\n  - {id: 'a b', name: A, url: 'rtsp://h/'}\n"),
            "c.yaml:2: cameras.0.id: got 'a b'; allowed: letters, digits, _ and -, 1 to 64\n");
  EXPECT_EQ(problems_of(camera("    url: rtsp://h/\n    user: x\n")),
            "c.yaml:5: cameras.0.user: unknown; did you mean username?\n");
  EXPECT_EQ(problems_of(camera("    url: rtsp://h/\n    fps: 0\n")),
            "c.yaml:5: cameras.0.fps: got '0'; allowed: a number from 0.1 to 60\n");
  EXPECT_EQ(problems_of(camera("    url: rtsp://h/\n") + "  - id: a\n    name: B\n    url: rtsp://h/\n"),
            "c.yaml:5: cameras.1.id: 'a' is taken; it was given before, at c.yaml:2\n");
  EXPECT_EQ(problems_of(camera("    url: http://h/\n")),
            "c.yaml:4: cameras.0.url: unfit; allowed: an address that begins with rtsp://, rtsps:// or "
            "file://, without spaces, of at most 1000 characters\n");
  EXPECT_TRUE(problems_of(camera("    url: rtsp://u:p@h/\n    username: u\n"))
                  .starts_with("c.yaml:5: cameras.0.username: "));
  EXPECT_TRUE(problems_of(camera("    url: rtsp://h/\n    password: p\n"))
                  .starts_with("c.yaml:5: cameras.0.password: "));
}

TEST(CamerasConfig, WantsANameThatCanBeShown) {
  for (const char* name : {"'  '", "\"a\\tb\"", "\"a\\0b\"", "\"\\x85\"", "\"\\xA0\""}) {
    const std::string problems =
        problems_of("cameras:\n  - {id: a, name: " + std::string{name} + ", url: 'rtsp://h/'}\n");
    EXPECT_TRUE(problems.ends_with(
        "; allowed: text of 1 to 64 characters, not blanks alone, without control characters\n"))
        << name << ": " << problems;
  }
  EXPECT_EQ(problems_of("cameras:\n  - {id: a, name: ' Tür 1 日 ', url: 'rtsp://h/'}\n"), "");
}

TEST(CamerasConfig, AsksForWhatItCannotTellItself) {
  const CheckCamera check = [](const CameraEntry& entry) -> std::optional<CameraFault> {
    if (entry.url != "file:///work%20dir/b") return std::nullopt;
    return CameraFault{"url", "is not liked"};
  };
  const auto refused = [&](const std::string& text) {
    return to_lines(load_cameras({"c.yaml", text}, "/work dir", check).problems);
  };
  EXPECT_EQ(refused(camera("    url: file://./a\n")), "");
  EXPECT_EQ(refused(camera("    url: file://./b\n")), "c.yaml:4: cameras.0.url: is not liked\n");
  EXPECT_EQ(refused(camera("    url: file://./b\n    username: u\n")),
            "c.yaml:5: cameras.0.username: a file has no user; remove it\n")
      << "one fault at a time";
}

TEST(CamerasConfig, NeverRepeatsASecret) {
  const std::string texts[] = {
      camera("    url: ftp://u:hunter2@h/\n"),
      camera("    url: rtsp://u:hunter2 x@h/\n"),
      camera("    url: [rtsp://u:hunter2@h/]\n"),
      camera("    url: rtsp://h/\n    password: [hunter2]\n"),
      camera("    url: rtsp://h/\n    username: u\n    password: hunter2" + std::string(200, 'x') + "\n"),
      "cameras:\n  - rtsp://u:hunter2@h/\n",
      "cameras: rtsp://u:hunter2@h/\n",
      "rtsp://u:hunter2@h/\n",
      camera("    url: rtsp://u:hunter2@h/\n    fps: 0\n"),
      camera("    url: rtsp://h/\n    username: u\n    password: *hunter2\n"),
  };
  for (const std::string& text : texts) {
    EXPECT_NE(problems_of(text), "") << text;
    EXPECT_EQ(problems_of(text).find("hunter2"), std::string::npos) << problems_of(text);
  }
}

TEST(CamerasConfig, ChecksZonesAndWarnsThatTheyHaveNoEffect) {
  const std::string head = camera("    url: rtsp://h/\n    zones:\n");
  const auto fine = load(head + "      - {id: z, name: Z, polygon: [[0, 0], [1, 0], [0.5, 1]]}\n");
  EXPECT_TRUE(fine.ok()) << to_lines(fine.problems);
  EXPECT_EQ(to_lines(fine.warnings), "c.yaml:5: cameras.0.zones: zones have no effect in this version\n");
  EXPECT_EQ(fine.value.cameras.at(0).zones->at(0).polygon.at(2), (std::vector<double>{0.5, 1}));
  EXPECT_EQ(problems_of(head + "      - {id: z, name: Z, polygon: [[0, 0], [1, 0], [0.5, 1.1]]}\n"),
            "c.yaml:6: cameras.0.zones.0.polygon.2.1: got '1.1'; allowed: a number from 0 to 1\n");
  EXPECT_EQ(problems_of(head + "      - {id: z, name: Z, polygon: [[0, 0], [1, 0]]}\n"),
            "c.yaml:6: cameras.0.zones.0.polygon: holds 2 entries; allowed: a list of at least 3 and at most "
            "64, each "
            "a list of at least 2 and at most 2, each a number from 0 to 1\n");
  const std::string zone = "      - {id: z, name: Z, polygon: [[0, 0], [1, 0], [0.5, 1]]}\n";
  EXPECT_TRUE(problems_of(head + zone + zone).starts_with("c.yaml:7: cameras.0.zones.1.id: 'z' is taken"));
  EXPECT_FALSE(load(camera("    url: rtsp://h/\n")).value.cameras.at(0).zones.has_value());
}

}  // namespace
}  // namespace sentinel::config
