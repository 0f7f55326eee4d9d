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

TEST(Ids, TellWhenTheyWereMade) {
  fakes::FakeClock clock;
  IdGenerator ids{clock};
  const auto made_at = std::chrono::floor<std::chrono::milliseconds>(clock.utc_now());
  EXPECT_EQ(time_of_id(ids.next("evt_"), "evt_"), made_at);
  EXPECT_EQ(time_of_id("evt_01ARZ3NDEKTSV4RRFFQ69G5FAV", "evt_"),  // of the ULID specification
            UtcTime{std::chrono::milliseconds{1'469'922'850'259}});
  EXPECT_EQ(time_of_id("evt_7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "evt_"),
            UtcTime{std::chrono::milliseconds{(std::int64_t{1} << 48) - 1}});
}

TEST(Ids, OfOtherTextsThereIsNoTime) {
  for (const char* text : {"", "evt_", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "usr_01ARZ3NDEKTSV4RRFFQ69G5FAV",
                           "evt_01ARZ3NDEKTSV4RRFFQ69G5FA", "evt_01ARZ3NDEKTSV4RRFFQ69G5FAVV",
                           "evt_01ARZ3NDEKTSV4RRFFQ69G5FAI", "evt_01arz3ndektsv4rrffq69g5fav",
                           "evt_8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "evt_01ARZ3NDEKTSV4RRFFQ69G5F\0V"}) {
    EXPECT_FALSE(time_of_id(text, "evt_")) << text;
  }
}

}  // namespace
}  // namespace sentinel
