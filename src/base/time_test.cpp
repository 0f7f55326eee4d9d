#include "base/time.hpp"

#include <gtest/gtest.h>

namespace sentinel {
namespace {

std::string round_trip(std::string_view text) {
  const auto time = parse_rfc3339(text);
  return time ? format_rfc3339(*time) : "none";
}

TEST(Time, ReadsWhatItWrites) {
  EXPECT_EQ(round_trip("2026-11-24T09:05:01.123Z"), "2026-11-24T09:05:01.123Z");
  EXPECT_EQ(round_trip("2024-02-29T23:59:59Z"), "2024-02-29T23:59:59.000Z");
  EXPECT_EQ(round_trip("1969-12-31T23:59:59.999Z"), "1969-12-31T23:59:59.999Z");
}

TEST(Time, ReadsOffsets) {
  EXPECT_EQ(round_trip("2026-11-24T09:05:01+02:00"), "2026-11-24T07:05:01.000Z");
  EXPECT_EQ(round_trip("2026-01-01T00:00:00-0530"), "2026-01-01T05:30:00.000Z");
  EXPECT_EQ(round_trip("2026-11-24 09:05"), "2026-11-24T09:05:00.000Z");
}

TEST(Time, RefusesWhatIsNone) {
  for (const char* text : {"", "2026", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2025-02-29T00:00:00Z",
                           "2026-11-24T24:00:00Z", "2026-11-24T09:05:60Z", "2026-11-24T09:05:01.Z",
                           "2026-11-24T09:05:01Zx", "2026-11-24T09:05:01+2:00"}) {
    EXPECT_EQ(round_trip(text), "none") << text;
  }
}

}  // namespace
}  // namespace sentinel
