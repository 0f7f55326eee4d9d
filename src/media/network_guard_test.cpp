#include "media/network_guard.hpp"

#include <gtest/gtest.h>

namespace sentinel::media {
namespace {

NetworkGuard guard(const std::vector<std::string>& cidrs) {
  return NetworkGuard::from_cidrs(cidrs).value();
}

IpAddress address(std::string_view text) {
  return parse_address(text).value();
}

AddressLookup answers(std::vector<std::string> texts) {
  return [texts](const std::string&) -> Result<std::vector<IpAddress>> {
    std::vector<IpAddress> out;
    for (const auto& text : texts) out.push_back(address(text));
    return out;
  };
}

TEST(Endpoints, AreWrittenWithBracketsWhereTheyNeedThem) {
  EXPECT_EQ(to_text(Endpoint{address("10.0.0.1"), 554}), "10.0.0.1:554");
  EXPECT_EQ(to_text(Endpoint{address("fd00::5"), 554}), "[fd00::5]:554");
}

TEST(NetworkGuard, AllowsPrivateNetworksAloneByDefault) {
  const auto policy = guard(default_camera_networks());
  for (const auto* good : {"10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.9.9", "192.168.1.64",
                           "fd12:3456::1", "fc00::1", "::ffff:192.168.1.64"}) {
    EXPECT_TRUE(policy.allows(address(good))) << good;
  }
  for (const auto* bad : {"127.0.0.1",       "::1",          "::ffff:127.0.0.1",
                          "169.254.169.254", "169.254.1.1",  "::ffff:169.254.169.254",
                          "fd00:ec2::254",   "8.8.8.8",      "172.32.0.1",
                          "172.15.255.255",  "192.169.0.1",  "11.0.0.1",
                          "100.64.0.1",      "0.0.0.0",      "::",
                          "255.255.255.255", "224.0.0.1",    "239.255.255.250",
                          "fe80::1",         "ff02::1",      "2606:4700::1111",
                          "64:ff9b::a00:1",  "2002:a00:1::", "::10.0.0.1"}) {
    EXPECT_FALSE(policy.allows(address(bad))) << bad;
  }
}

TEST(NetworkGuard, AWideNetworkDoesNotOpenTheSpecialRanges) {
  const auto policy = guard({"0.0.0.0/0", "::/0"});
  for (const auto* good : {"8.8.8.8", "10.0.0.1", "2606:4700::1111", "100.64.0.1"}) {
    EXPECT_TRUE(policy.allows(address(good))) << good;
  }
  for (const auto* bad : {"127.0.0.1",       "::1",
                          "169.254.1.1",     "169.254.169.254",
                          "169.254.170.2",   "100.100.100.200",
                          "168.63.129.16",   "192.0.0.192",
                          "fd00:ec2::254",   "224.0.0.1",
                          "0.0.0.0",         "255.255.255.255",
                          "fe80::1",         "ff02::1",
                          "64:ff9b::7f00:1", "64:ff9b:1::7f00:1",
                          "2002:7f00:1::",   "2001:0:7f00:1::",
                          "::127.0.0.1",     "::"}) {
    EXPECT_FALSE(policy.allows(address(bad))) << bad;
  }
}

TEST(NetworkGuard, OpensSpecialRangesToNetworksListedInsideThem) {
  EXPECT_TRUE(guard({"127.0.0.0/8"}).allows(address("127.0.0.1")));
  EXPECT_TRUE(guard({"127.0.0.1"}).allows(address("::ffff:127.0.0.1")));
  EXPECT_TRUE(guard({"::1"}).allows(address("::1")));
  EXPECT_FALSE(guard({"127.0.0.1"}).allows(address("127.0.0.2")));
  EXPECT_TRUE(guard({"169.254.0.0/16"}).allows(address("169.254.7.7")));
  EXPECT_FALSE(guard({"169.254.0.0/16"}).allows(address("169.254.169.254")));
  EXPECT_FALSE(guard({"169.254.169.254/31"}).allows(address("169.254.169.254")));
  EXPECT_TRUE(guard({"169.254.169.254"}).allows(address("169.254.169.254")));
  EXPECT_TRUE(guard({"fd00:ec2::254/128"}).allows(address("fd00:ec2::254")));
  EXPECT_FALSE(guard({"224.0.0.1"}).allows(address("224.0.0.1")));
  EXPECT_FALSE(guard({}).allows(address("10.0.0.1")));
}

TEST(NetworkGuard, NamesTheVariableInItsRefusals) {
  const auto bad = NetworkGuard::from_cidrs({"10.0.0.0/8", "10.0.0.1/8"});
  ASSERT_FALSE(bad.has_value());
  EXPECT_NE(bad.error().message.find("CAMERA_ALLOWED_NETWORKS"), std::string::npos);
  EXPECT_NE(bad.error().message.find("10.0.0.1/8"), std::string::npos);
  const auto refused = guard({"10.0.0.0/8"}).resolve_allowed("127.0.0.1", 554, answers({}));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::kForbidden);
  EXPECT_NE(refused.error().message.find("CAMERA_ALLOWED_NETWORKS"), std::string::npos);
}

TEST(NetworkGuard, ConnectsToTheAddressItChecked) {
  const auto policy = guard(default_camera_networks());
  const auto mixed =
      policy.resolve_allowed("cam.lan", 8554, answers({"127.0.0.1", "::1", "10.0.0.7", "10.0.0.8"}));
  ASSERT_TRUE(mixed.has_value());
  EXPECT_EQ(to_text(*mixed), "10.0.0.7:8554");
  EXPECT_EQ(policy.resolve_allowed("cam.lan", 1, answers({"127.0.0.1", "169.254.169.254"})).error().kind,
            ErrorKind::kForbidden);
  EXPECT_EQ(policy.resolve_allowed("cam.lan", 1, answers({})).error().kind, ErrorKind::kForbidden);
}

TEST(NetworkGuard, ANumericHostIsNotLookedUp) {
  const AddressLookup never = [](const std::string&) -> Result<std::vector<IpAddress>> {
    ADD_FAILURE() << "looked up";
    return std::vector<IpAddress>{};
  };
  EXPECT_TRUE(guard(default_camera_networks()).resolve_allowed("fd00::9", 554, never).has_value());
  const AddressLookup failing = [](const std::string&) -> Result<std::vector<IpAddress>> {
    return not_found("The camera's host name is not known");
  };
  EXPECT_EQ(guard({}).resolve_allowed("cam.lan", 554, failing).error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace sentinel::media
