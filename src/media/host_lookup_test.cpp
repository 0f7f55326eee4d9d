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
  const auto found = lookup_within("cam.lan", 60s, interrupt, [](const std::string& host) {
    EXPECT_EQ(host, "cam.lan");
    return Result<std::vector<IpAddress>>{std::vector<IpAddress>{*parse_address("10.0.0.1")}};
  });
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
  const auto found = lookup_within("cam.lan", 20ms, interrupt, server.lookup());
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().kind, ErrorKind::kUnavailable);
}

TEST(HostLookup, GivesUpWhenInterrupted) {
  SilentServer server;
  Interrupt interrupt;
  const std::jthread other{[&] { interrupt.request(); }};
  EXPECT_EQ(lookup_within("cam.lan", 60s, interrupt, server.lookup()).error().kind, ErrorKind::kUnavailable);
}

}  // namespace
}  // namespace sentinel::media
