#include <set>
#include <thread>

#include "storage/conformance_backends.hpp"

namespace sentinel::storage {
namespace {

domain::Camera make_camera(std::string name) {
  domain::Camera camera;
  camera.name = std::move(name);
  camera.url = "rtsp://10.0.0.5/stream";
  camera.created_at = at_us(1'700'000'000'123'456);
  return camera;
}

template <class Backend>
class Cameras : public testing::Test {
 protected:
  Backend backend_;
  CameraRepository& cameras_ = backend_.cameras;
};
TYPED_TEST_SUITE(Cameras, Backends, BackendName);

TYPED_TEST(Cameras, KeepsEveryField) {
  domain::Camera full = make_camera("Dock '1'; --");
  full.url = "rtsp://10.0.0.5:8554/stream?user=u&password=p?&channel=2";
  full.location = "Hall Ü";
  full.fps_max = 12.5;
  full.enabled = false;
  full.credentials = domain::CameraCredentials{"ad:min", "p:w\0d"};
  for (const domain::Camera& camera : {full, make_camera("bare")}) {
    const domain::Camera stored = this->cameras_.insert_camera(camera, {});
    domain::Camera expected = camera;
    expected.id = stored.id;
    EXPECT_EQ(text_of(stored), text_of(expected));
    EXPECT_EQ(text_of(this->cameras_.find_camera(stored.id).value()), text_of(expected));
  }
}

TYPED_TEST(Cameras, CredentialsOfAnyBytesComeBack) {
  for (const auto& [username, password] : {std::pair<std::string, std::string>{"", ""},
                                           {"admin", ""},
                                           {"", "only a password"},
                                           {"3:a", ":"},
                                           {std::string("a\0b", 3), std::string("\0", 1)},
                                           {std::string(300, 'u'), std::string(300, 'p')}}) {
    domain::Camera camera = make_camera("dock");
    camera.credentials = domain::CameraCredentials{username, password};
    const auto back = this->cameras_.find_camera(this->cameras_.insert_camera(camera, {}).id);
    ASSERT_TRUE(back && back->credentials);
    EXPECT_EQ(back->credentials->username, username);
    EXPECT_EQ(back->credentials->password, password);
  }
}

TYPED_TEST(Cameras, IdsCountUpPastTheTakenOnesAndNeverComeBack) {
  EXPECT_EQ(this->cameras_.insert_camera(make_camera("a"), {}).id, "camera_1");
  EXPECT_EQ(this->cameras_.insert_camera(make_camera("b"), {"camera_2", "camera_3", "gate"}).id, "camera_4");
  EXPECT_EQ(this->cameras_.insert_camera(make_camera("c"), {}).id, "camera_5");
  ASSERT_TRUE(this->cameras_.delete_camera("camera_5").has_value());
  EXPECT_EQ(this->cameras_.insert_camera(make_camera("d"), {}).id, "camera_6");
}

TYPED_TEST(Cameras, ListIsInTheOrderOfTheirMaking) {
  for (int i = 0; i < 12; ++i) this->cameras_.insert_camera(make_camera(fmt::format("c{}", 12 - i)), {});
  const auto cameras = this->cameras_.list_cameras();
  ASSERT_EQ(cameras.size(), 12U);
  for (std::size_t i = 0; i < cameras.size(); ++i) EXPECT_EQ(cameras[i].id, fmt::format("camera_{}", i + 1));
}

TYPED_TEST(Cameras, UpdateWritesAllButIdAndCreation) {
  domain::Camera camera = make_camera("dock");
  camera.credentials = domain::CameraCredentials{"admin", "one"};
  camera = this->cameras_.insert_camera(camera, {});
  camera.name = "gate";
  camera.url = "https://10.0.0.6/";
  camera.location = "north";
  camera.fps_max = 1;
  camera.enabled = false;
  camera.credentials->password = "two";
  domain::Camera changed = camera;
  changed.created_at = at_us(1);
  changed.from_file = true;
  ASSERT_TRUE(this->cameras_.update_camera(changed).has_value());
  EXPECT_EQ(text_of(this->cameras_.find_camera(camera.id).value()), text_of(camera));
  camera.credentials.reset();
  ASSERT_TRUE(this->cameras_.update_camera(camera).has_value());
  EXPECT_EQ(text_of(this->cameras_.find_camera(camera.id).value()), text_of(camera));
}

TYPED_TEST(Cameras, UnknownOnesAreNotFound) {
  domain::Camera ghost = make_camera("ghost");
  ghost.id = "camera_9";
  EXPECT_FALSE(this->cameras_.find_camera("camera_9").has_value());
  EXPECT_EQ(this->cameras_.update_camera(ghost).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(this->cameras_.delete_camera("camera_9").error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(this->cameras_.list_cameras().empty());
}

TYPED_TEST(Cameras, TwoThreadsNeverGetTheSameId) {
  std::vector<std::string> ids[2];
  {
    const auto insert = [this](std::vector<std::string>& out) {
      for (int i = 0; i < 30; ++i) out.push_back(this->cameras_.insert_camera(make_camera("dock"), {}).id);
    };
    const std::jthread first{insert, std::ref(ids[0])};
    const std::jthread second{insert, std::ref(ids[1])};
  }
  std::set<std::string> all(ids[0].begin(), ids[0].end());
  all.insert(ids[1].begin(), ids[1].end());
  EXPECT_EQ(all.size(), 60U);
}

}  // namespace
}  // namespace sentinel::storage
