#include "tests/fakes/script_source.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace sentinel::fakes {
namespace {

TEST(ScriptSource, PlaysItsScriptAndEnds) {
  std::vector<StreamTime> told;
  FrameSpec dark;
  dark.luma = 20;
  SourceScript script;
  script.pictures(2).picture(dark, std::chrono::milliseconds{500});
  ScriptSource source{"camera_7", script,
                      [&](const domain::Frame& frame) { told.push_back(frame.stream_time); }};
  ASSERT_TRUE(source.open().has_value());
  EXPECT_EQ((*source.read())->camera_id, "camera_7");
  EXPECT_EQ((*source.read())->sequence, 1U);
  EXPECT_EQ((*source.read())->planes[0][0], 20);
  EXPECT_EQ(*source.read(), nullptr);
  EXPECT_EQ(*source.read(), nullptr);
  EXPECT_EQ(told, (std::vector<StreamTime>{StreamTime{0}, StreamTime{100'000}, StreamTime{600'000}}));
}

TEST(ScriptSource, FailsOnDemand) {
  ScriptCamera camera{{SourceScript::refuse(not_found("no such stream")),
                       SourceScript{}.pictures(1).fail(unavailable("gone")), SourceScript{}.wait()}};
  const auto factory = camera.factory();
  EXPECT_EQ(factory({})->open().error().kind, ErrorKind::kNotFound);
  const auto second = factory({});
  ASSERT_TRUE(second->open().has_value());
  EXPECT_NE(*second->read(), nullptr);
  EXPECT_EQ(second->read().error().message, "gone");
  EXPECT_EQ(second->read().error().message, "gone");
  for (int i = 0; i < 2; ++i) {
    const auto waiting = factory({});
    const std::jthread other{[&] { waiting->interrupt(); }};
    EXPECT_EQ(waiting->read().error().kind, ErrorKind::kUnavailable);
  }
  EXPECT_EQ(camera.sources_made(), 4);
}

}  // namespace
}  // namespace sentinel::fakes
