#include "services/camera_service.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/memory_event_sink.hpp"
#include "tests/fakes/memory_stores.hpp"
#include "tests/fakes/no_jpeg.hpp"
#include "tests/fakes/script_source.hpp"
#include "tests/fakes/scripted_detector.hpp"

namespace sentinel::services {
namespace {

// The service over stores in memory and an orchestrator whose sources hang at once, and are remembered.
struct Bench {
  fakes::FakeClock clock;
  IdGenerator ids{clock};
  fakes::MemoryEventSink sink;
  fakes::ScriptedDetector detector{
      [](std::size_t, const domain::Frame&) { return std::vector<domain::Detection>{}; }, 1};
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<media::SourceConfig> opened;  // under the mutex
  pipeline::Orchestrator orchestrator{{}, parts()};
  fakes::MemoryCameras rows;
  Status verdict;
  CameraService cameras{rows, orchestrator, [this](const domain::Camera&) { return verdict; }, clock};

  pipeline::PipelineParts parts() {
    return {.clock = clock,
            .make_source =
                [this](const media::SourceConfig& source) {
                  const std::lock_guard lock{mutex};
                  opened.push_back(source);
                  changed.notify_all();
                  return std::make_unique<fakes::ScriptSource>(source.camera_id,
                                                               fakes::SourceScript{}.wait());
                },
            .detector = detector,
            .events = sink,
            .ids = ids,
            .encode_jpeg = fakes::no_jpeg};
  }
  // The sources once so many were opened, by the cameras' threads; all there are after 10 s.
  std::vector<media::SourceConfig> wait_opened(std::size_t count) {
    std::unique_lock lock{mutex};
    changed.wait_for(lock, std::chrono::seconds{10}, [&] { return opened.size() >= count; });
    return opened;
  }
};

const auth::CameraRights kAll = auth::CameraRights::everything();

CameraDraft draft(std::string url) {
  CameraDraft out;
  out.name = "Gate";
  out.url = std::move(url);
  return out;
}

CameraPatch patch(std::optional<std::string> name, std::optional<std::string> url) {
  CameraPatch out;
  out.name = std::move(name);
  out.url = std::move(url);
  return out;
}

domain::Camera declared(std::string id) {
  domain::Camera camera;
  camera.id = std::move(id);
  camera.name = "From the file";
  camera.url = "rtsp://10.0.0.9/" + camera.id;
  camera.from_file = true;
  return camera;
}

TEST(CameraService, WhatIsShownHidesSecretsAndWhatIsOpenedHasThem) {
  Bench bench;
  const auto view = bench.cameras.create(draft("rtsp://user:pw@10.0.0.1/live?password=hidden"));
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->camera.url.find("hidden"), std::string::npos);
  EXPECT_EQ(view->camera.url.find("pw@"), std::string::npos);
  ASSERT_EQ(bench.wait_opened(1).size(), 1U);
  bench.cameras.apply_settings({});
  const auto opened = bench.wait_opened(2);
  ASSERT_EQ(opened.size(), 2U);
  for (const media::SourceConfig& source : opened) {
    EXPECT_EQ(source.url, "rtsp://10.0.0.1/live?password=hidden");
    EXPECT_EQ(source.credentials->password, "pw");
  }
}

TEST(CameraService, RestartsOnlyWhatRuns) {
  Bench bench;
  const std::string id = bench.cameras.create(draft("rtsp://10.0.0.1/live"))->camera.id;
  bench.wait_opened(1);
  ASSERT_TRUE(bench.cameras.stop(kAll, id).has_value());
  bench.cameras.apply_settings({});
  EXPECT_EQ(bench.orchestrator.stats(id)->status, domain::CameraStatus::kInactive);
  EXPECT_EQ(bench.wait_opened(1).size(), 1U);
}

TEST(CameraService, SendingBackWhatWasShownChangesNothing) {
  Bench bench;
  const auto view = bench.cameras.create(draft("rtsp://10.0.0.1/live?password=hidden"));
  bench.wait_opened(1);
  const auto again = bench.cameras.update(view->camera.id, patch("Yard", view->camera.url));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->camera.name, "Yard");
  EXPECT_EQ(bench.rows.find_camera(view->camera.id)->url, "rtsp://10.0.0.1/live?password=hidden");
  EXPECT_EQ(bench.wait_opened(1).size(), 1U) << "a new name is no reason to restart";
}

TEST(CameraService, CredentialsStayWithTheirHost) {
  Bench bench;
  const std::string id = bench.cameras.create(draft("rtsp://user:pw@10.0.0.1/a"))->camera.id;
  ASSERT_TRUE(bench.cameras.update(id, patch({}, "rtsp://10.0.0.1/b")).has_value());
  EXPECT_TRUE(bench.rows.find_camera(id)->credentials.has_value());
  ASSERT_TRUE(bench.cameras.update(id, patch({}, "rtsp://10.0.0.2/b")).has_value());
  EXPECT_FALSE(bench.rows.find_camera(id)->credentials.has_value());
}

TEST(CameraService, AnUnfitSourceChangesNothing) {
  Bench bench;
  const std::string id = bench.cameras.create(draft("rtsp://10.0.0.1/a"))->camera.id;
  bench.verdict = Error{ErrorKind::kForbidden, ClientText{"outside CAMERA_ALLOWED_NETWORKS"}};
  EXPECT_EQ(bench.cameras.create(draft("rtsp://8.8.8.8/a")).error().kind, ErrorKind::kForbidden);
  EXPECT_EQ(bench.cameras.update(id, patch({}, "rtsp://8.8.8.8/a")).error().kind, ErrorKind::kForbidden);
  EXPECT_EQ(bench.rows.find_camera(id)->url, "rtsp://10.0.0.1/a");
  EXPECT_EQ(bench.rows.list_cameras().size(), 1U);
  EXPECT_EQ(bench.wait_opened(1).size(), 1U);
}

TEST(CameraService, CamerasOfTheFileAreReadOnlyAndHideStoredOnesOfTheirId) {
  Bench bench;
  const std::string id = bench.cameras.create(draft("rtsp://10.0.0.1/a"))->camera.id;
  bench.cameras.apply_file({declared(id), declared("yard")});
  EXPECT_EQ(bench.cameras.update("yard", patch("x", {})).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(bench.cameras.remove("yard").error().kind, ErrorKind::kConflict);
  const auto all = bench.cameras.list(kAll);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].camera.name, "From the file");

  bench.cameras.apply_file({declared("yard")});  // its own again
  EXPECT_EQ(bench.cameras.get(kAll, id)->camera.name, "Gate");
}

TEST(CameraService, NewSettingsReachTheCamerasOfTheFile) {
  Bench bench;
  domain::Camera slower = declared("gate");
  bench.cameras.apply_file({declared("gate"), declared("yard")});
  bench.wait_opened(2);
  ASSERT_TRUE(bench.cameras.stop(kAll, "yard").has_value());
  slower.fps_max = 2;
  bench.cameras.apply_settings({slower, declared("yard")});
  EXPECT_EQ(bench.wait_opened(3).back().camera_id, "gate");
  EXPECT_EQ(bench.cameras.get(kAll, "gate")->camera.fps_max, 2);
  EXPECT_EQ(bench.cameras.get(kAll, "yard")->stats.status, domain::CameraStatus::kInactive)
      << "what somebody stopped stays stopped";
}

TEST(CameraService, AnotherCameraIsForbiddenWhetherItExistsOrNot) {
  Bench bench;
  bench.cameras.apply_file({declared("gate"), declared("yard")});
  const auth::CameraRights rights = auth::CameraRights::of({"yard", "yard"});
  EXPECT_EQ(bench.cameras.list(rights).size(), 1U);
  EXPECT_TRUE(bench.cameras.get(rights, "yard").has_value());
  for (const char* other : {"gate", "nowhere"}) {
    EXPECT_EQ(bench.cameras.get(rights, other).error().kind, ErrorKind::kForbidden);
    EXPECT_EQ(bench.cameras.start(rights, other).error().kind, ErrorKind::kForbidden);
    EXPECT_EQ(bench.cameras.stop(rights, other).error().kind, ErrorKind::kForbidden);
  }
  EXPECT_TRUE(bench.cameras.list({}).empty());
}

TEST(CameraService, AFileThatSaysTheSameDisturbsNobody) {
  Bench bench;
  bench.cameras.apply_file({declared("gate"), declared("yard")});
  bench.wait_opened(2);
  bench.cameras.apply_file({declared("gate"), declared("yard"), declared("new")});
  const auto opened = bench.wait_opened(3);
  ASSERT_EQ(opened.size(), 3U);
  EXPECT_EQ(opened.back().camera_id, "new");
}

}  // namespace
}  // namespace sentinel::services
