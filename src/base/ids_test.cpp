#include "base/ids.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/fakes/fake_clock.hpp"

namespace sentinel {
namespace {

TEST(Ids, GrowAlsoWithinAMillisecond) {
  fakes::FakeClock clock;
  IdGenerator ids{clock};
  std::string last;
  for (int i = 0; i < 1'000; ++i) {
    const std::string id = ids.next("evt_");
    EXPECT_EQ(id.size(), 30U);
    EXPECT_LT(last, id);
    last = id;
  }
}

TEST(Ids, OfTwoGeneratorsDiffer) {
  fakes::FakeClock clock;
  IdGenerator first{clock};
  IdGenerator second{clock};
  std::set<std::string> all;
  for (int i = 0; i < 100; ++i) all.insert({first.next("evt_"), second.next("evt_")});
  EXPECT_EQ(all.size(), 200U);
}

}  // namespace
}  // namespace sentinel
