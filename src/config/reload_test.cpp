#include "config/reload.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace sentinel::config {
namespace {

FileStamp stamp(std::int64_t modified, std::uint64_t bytes = 10, std::uint64_t inode = 1) {
  return {true, inode, modified, bytes};
}

TEST(Reload, SeesAChangeOfEachPartOfAStamp) {
  EXPECT_FALSE(changed(stamp(1), stamp(1)));
  EXPECT_TRUE(changed(stamp(1), stamp(2)));
  EXPECT_TRUE(changed(stamp(1), stamp(1, 11)));
  EXPECT_TRUE(changed(stamp(1), stamp(1, 10, 2)));
  EXPECT_TRUE(changed(stamp(1), {}));
}

TEST(Reload, WaitsUntilTheFileStandsStill) {
  ReloadGate gate{stamp(1)};
  EXPECT_FALSE(gate.step(stamp(1)));
  EXPECT_FALSE(gate.step(stamp(2))) << "just changed";
  EXPECT_FALSE(gate.step(stamp(3))) << "still being written";
  EXPECT_TRUE(gate.step(stamp(3)));
  EXPECT_FALSE(gate.step(stamp(3))) << "read once";
  EXPECT_FALSE(gate.step(stamp(4)));
  EXPECT_FALSE(gate.step(stamp(3))) << "and back again";
  EXPECT_FALSE(gate.step(stamp(3)));
}

class ReloaderTest : public testing::Test {
 protected:
  Reloader<int> make() {
    return Reloader<int>{{"x.yaml", [this] { return now_; },
                          [this] {
                            ++loads_;
                            return file_;
                          },
                          [this](const Checked<int>& fresh) { taken_.push_back(fresh.value); },
                          [this](const std::vector<Problem>& problems) { kept_ += to_lines(problems); }},
                         stamp(1),
                         7};
  }
  void poll_twice(Reloader<int>& reloader) {
    reloader.poll();
    reloader.poll();
  }

  FileStamp now_ = stamp(1);
  Checked<int> file_{7};
  int loads_ = 0;
  std::vector<int> taken_;
  std::string kept_;
};

TEST_F(ReloaderTest, TriesAgainWhatWasNotTakenOver) {
  int away = 2;
  Reloader<int> reloader{{"x.yaml", [this] { return now_; }, [this] { return file_; },
                          [&](const Checked<int>& fresh) {
                            if (away-- > 0) throw std::runtime_error("the store is away");
                            taken_.push_back(fresh.value);
                          },
                          [](const std::vector<Problem>&) {}},
                         stamp(1),
                         7};
  now_ = stamp(2);
  file_.value = 8;
  reloader.poll();
  EXPECT_THROW(reloader.poll(), std::runtime_error);
  EXPECT_THROW(reloader.poll(), std::runtime_error);
  EXPECT_EQ(reloader.current(), 7);
  poll_twice(reloader);
  EXPECT_EQ(taken_, std::vector{8});
  EXPECT_EQ(reloader.current(), 8);
}

TEST_F(ReloaderTest, HandsOnAValidChangeOnce) {
  auto reloader = make();
  poll_twice(reloader);
  EXPECT_EQ(loads_, 0);
  now_ = stamp(2);
  file_.value = 8;
  for (int i = 0; i < 5; ++i) reloader.poll();
  EXPECT_EQ(loads_, 1);
  EXPECT_EQ(taken_, std::vector<int>{8});
  EXPECT_EQ(reloader.current(), 8);
}

TEST_F(ReloaderTest, KeepsTheOldValueWhenTheNewIsUnfit) {
  auto reloader = make();
  now_ = stamp(2);
  file_ = {9, {{{"x.yaml:3", "a"}, "wrong"}}, {}};
  for (int i = 0; i < 5; ++i) reloader.poll();
  EXPECT_EQ(kept_, "x.yaml:3: a: wrong\n") << "once, not at each look";
  EXPECT_EQ(reloader.current(), 7);
  now_ = stamp(3);
  file_ = {9};
  poll_twice(reloader);
  EXPECT_EQ(taken_, std::vector<int>{9});
}

TEST_F(ReloaderTest, KeepsTheOldValueWhenTheFileIsGone) {
  auto reloader = make();
  now_ = {};
  for (int i = 0; i < 5; ++i) reloader.poll();
  EXPECT_EQ(kept_, "x.yaml: the file is gone; what it said stays in force\n");
  EXPECT_EQ(loads_, 0);
}

TEST_F(ReloaderTest, SaysNothingWhenTheFileSaysTheSame) {
  auto reloader = make();
  now_ = stamp(2);
  poll_twice(reloader);
  EXPECT_EQ(loads_, 1);
  EXPECT_TRUE(taken_.empty());
}

}  // namespace
}  // namespace sentinel::config
