#include "media/host_lookup.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <thread>

namespace sentinel::media {
namespace {

using namespace std::chrono_literals;

TEST(HostLookup, KnowsLocalhost) {
  const auto found = lookup_host("localhost");
  ASSERT_TRUE(found.has_value());
  EXPECT_FALSE(found->empty());
}

TEST(HostLookup, HandsTheAnswerThrough) {
  const Interrupt interrupt;
  const auto found =
      HostLookup{[](const std::string& host) {
        EXPECT_EQ(host, "cam.lan");
        return Result<std::vector<IpAddress>>{std::vector<IpAddress>{*parse_address("10.0.0.1")}};
      }}.within("cam.lan", 60s, interrupt);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->size(), 1U);
}

// The name server of these tests answers only when the test ends.
class SilentServer {
 public:
  ~SilentServer() {
    release_->count_down();
    done_->wait();
  }
  AddressLookup lookup() {
    return [release = release_, done = done_](const std::string&) -> Result<std::vector<IpAddress>> {
      release->wait();
      done->count_down();
      return not_found("late");
    };
  }

 private:
  std::shared_ptr<std::latch> release_ = std::make_shared<std::latch>(1);
  std::shared_ptr<std::latch> done_ = std::make_shared<std::latch>(1);
};

TEST(HostLookup, GivesUpWhenTheNameServerIsSilent) {
  SilentServer server;
  const Interrupt interrupt;
  const auto found = HostLookup{server.lookup()}.within("cam.lan", 20ms, interrupt);
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().kind, ErrorKind::kUnavailable);
}

TEST(HostLookup, BoundsTheLookupsThatNobodyAnswers) {
  const auto release = std::make_shared<std::latch>(1);
  const auto done = std::make_shared<std::latch>(HostLookup::kRunningMax);
  const HostLookup lookup{[release, done](const std::string&) -> Result<std::vector<IpAddress>> {
    release->wait();
    done->count_down();
    return not_found("late");
  }};
  const HostLookup copy = lookup;
  const Interrupt interrupt;
  for (int i = 0; i < HostLookup::kRunningMax; ++i) {
    EXPECT_NE(lookup.within("cam.lan", 0ms, interrupt).error().message.find("in time"), std::string::npos)
        << i;
  }
  EXPECT_NE(copy.within("cam.lan", 60s, interrupt).error().message.find("Too many"), std::string::npos);
  release->count_down();
  done->wait();
}

TEST(HostLookup, GivesUpWhenInterrupted) {
  SilentServer server;
  Interrupt interrupt;
  const std::jthread other{[&] { interrupt.request(); }};
  EXPECT_EQ(HostLookup{server.lookup()}.within("cam.lan", 60s, interrupt).error().kind,
            ErrorKind::kUnavailable);
}

}  // namespace
}  // namespace sentinel::media
