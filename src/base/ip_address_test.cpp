#include "base/ip_address.hpp"

#include <gtest/gtest.h>

namespace sentinel {
namespace {

TEST(IpNetworks, ReadsNetworksAndSaysWhatIsWrong) {
  EXPECT_TRUE(parse_network("10.0.0.0/8").has_value());
  EXPECT_TRUE(parse_network("10.1.2.3").has_value());
  EXPECT_TRUE(parse_network("0.0.0.0/0").has_value());
  EXPECT_TRUE(parse_network("::/0").has_value());
  EXPECT_TRUE(parse_network("fc00::/7").has_value());
  for (const auto* bad :
       {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.1/8", "10.0/8",
        "fd00::1/64", "fd00::/129", "::ffff:10.0.0.0/104", "camera.lan", "010.0.0.1", "10.0.0.0 /8"}) {
    const auto parsed = parse_network(bad);
    ASSERT_FALSE(parsed.has_value()) << bad;
    EXPECT_EQ(parsed.error().kind, ErrorKind::kInvalid) << bad;
  }
}

TEST(IpNetworks, WritesAddressesInTheirShortForm) {
  EXPECT_EQ(to_text(*parse_address("::ffff:10.0.0.1")), "10.0.0.1");
  EXPECT_EQ(to_text(*parse_address("fd00:0:0:0:0:0:0:5")), "fd00::5");
}

}  // namespace
}  // namespace sentinel
