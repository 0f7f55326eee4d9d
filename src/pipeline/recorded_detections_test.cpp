#include "pipeline/recorded_detections.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/fakes/fake_frame.hpp"
#include "tests/fakes/scripted_detector.hpp"

namespace sentinel::pipeline {
namespace {

domain::FramePtr frame(std::uint64_t sequence) {
  return fakes::fake_frame({.sequence = sequence});
}

TEST(RecordedDetections, WhatIsWrittenReadsBackExactly) {
  fakes::ScriptedDetector inner{[](std::size_t, const domain::Frame& f) {
    if (f.sequence == 1) return std::vector<domain::Detection>{};
    const float third = 1.F / 3;
    return std::vector<domain::Detection>{{{100 * third, -2.5F, 1e-7F, 40}, 0, third},
                                          {{1, 2, 3, 4}, 2, 0.1F}};
  }};
  DetectionRecorder recorder{inner};
  for (const std::uint64_t n : {2U, 0U, 1U}) recorder.infer(0, *frame(n));
  std::stringstream text;
  recorder.write(text);
  auto replayed = RecordedDetector::read(text);
  ASSERT_TRUE(replayed) << replayed.error().describe() << text.str();
  EXPECT_EQ(replayed->info().class_names, inner.info().class_names);
  for (const std::uint64_t n : {0U, 1U, 2U, 3U}) {
    const auto was = n == 3 ? std::vector<domain::Detection>{} : inner.infer(0, *frame(n));
    const auto is = replayed->infer(0, *frame(n));
    ASSERT_EQ(is.size(), was.size()) << n;
    for (std::size_t i = 0; i < is.size(); ++i) {
      EXPECT_EQ(is[i].score, was[i].score);
      EXPECT_EQ(is[i].class_id, was[i].class_id);
      EXPECT_EQ(is[i].box.x, was[i].box.x);
      EXPECT_EQ(is[i].box.width, was[i].box.width);
    }
  }
}

TEST(RecordedDetections, ABadLineIsNamed) {
  for (const char* bad : {"x", "0,0,0.5,1,2,3,4", "1,0,0.5,1,2,3", "1,0,0.5,1,2,3,4,5", "1,0,0.5,1,2,3,4x"}) {
    std::stringstream text{std::string{"# classes person\n1,0,0.5,1,2,3,4\n"} + bad + "\n"};
    const auto read = RecordedDetector::read(text);
    ASSERT_FALSE(read) << bad;
    EXPECT_EQ(read.error().message, "Line 3 is not \"frame,class,score,x,y,width,height\"");
  }
  std::stringstream nameless{"1,0,0.5,1,2,3,4\n"};
  EXPECT_FALSE(RecordedDetector::read(nameless));
}

}  // namespace
}  // namespace sentinel::pipeline
