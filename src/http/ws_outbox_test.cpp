#include "http/ws_outbox.hpp"

#include <gtest/gtest.h>

namespace sentinel::http {
namespace {

using std::chrono::milliseconds;

SharedText text(std::string value) {
  return std::make_shared<const std::string>(std::move(value));
}
std::string next_of(Outbox& outbox) {
  const SharedText next = outbox.next();
  return next == nullptr ? "" : *next;
}

TEST(Outbox, SendsOnlyWhatIsSubscribedTo) {
  Outbox outbox;
  EXPECT_FALSE(outbox.push("a", text("1"), Delivery::kEvent, {}).is_queued);
  outbox.subscribe("a", std::nullopt);
  EXPECT_TRUE(outbox.push("a", text("2"), Delivery::kEvent, {}).is_queued);
  EXPECT_FALSE(outbox.push("a", text("f"), Delivery::kFrame, {}).is_queued);
  outbox.push("a", text("3"), Delivery::kEvent, {});
  EXPECT_EQ(next_of(outbox), "2");
  outbox.unsubscribe("a");
  EXPECT_EQ(next_of(outbox), "");
}

TEST(Outbox, TellsWhatAFullQueueDropped) {
  Outbox outbox;
  outbox.subscribe("a", std::nullopt);
  outbox.subscribe("b", std::nullopt);
  outbox.push("b", text("first"), Delivery::kEvent, {});
  for (std::size_t i = 0; i < Outbox::kEventsMax + 2; ++i) {
    outbox.push("a", text(std::to_string(i)), Delivery::kEvent, {});
  }
  outbox.push_reply("pong");
  EXPECT_EQ(next_of(outbox), "pong");
  EXPECT_EQ(next_of(outbox), R"({"type":"missed","channel":"a","count":2})");
  EXPECT_EQ(next_of(outbox), R"({"type":"missed","channel":"b","count":1})");
  for (std::size_t i = 2; i < Outbox::kEventsMax + 2; ++i) EXPECT_EQ(next_of(outbox), std::to_string(i));
  EXPECT_EQ(next_of(outbox), "");
}

TEST(Outbox, ReplaysBeforeWhatHappensMeanwhile) {
  Outbox outbox;
  outbox.subscribe("a", FrameWish{});
  ASSERT_TRUE(outbox.begin_replay());
  EXPECT_FALSE(outbox.begin_replay()) << "one at a time";
  outbox.push("a", text("live"), Delivery::kEvent, {});
  outbox.push("a", text("frame"), Delivery::kFrameWithBoxes, MonoTime{std::chrono::hours{1}});
  outbox.push_reply("pong");
  EXPECT_EQ(next_of(outbox), "pong");
  EXPECT_EQ(next_of(outbox), "frame");
  EXPECT_EQ(next_of(outbox), "") << "the older ones are on their way";
  outbox.push_replay("a", {text("1"), text("2")}, 0);
  outbox.push_replay("not subscribed", {text("3")}, 5);
  EXPECT_EQ(next_of(outbox), "1");
  outbox.end_replay();
  EXPECT_EQ(next_of(outbox), "2");
  EXPECT_EQ(next_of(outbox), "live");
  EXPECT_EQ(next_of(outbox), "");
  EXPECT_TRUE(outbox.begin_replay());
}

TEST(Outbox, TellsWhatAReplayLeftOut) {
  Outbox outbox;
  outbox.subscribe("a", std::nullopt);
  outbox.subscribe("b", std::nullopt);
  std::vector<SharedText> texts;
  for (std::size_t i = 0; i < Outbox::kReplayMax; ++i) texts.push_back(text(std::to_string(i)));
  outbox.push_replay("a", texts, 40);
  outbox.push_replay("b", {text("b1"), text("b2")}, 0);
  EXPECT_EQ(next_of(outbox), R"({"type":"missed","channel":"a","count":42})");
  for (std::size_t i = 2; i < Outbox::kReplayMax; ++i) EXPECT_EQ(next_of(outbox), std::to_string(i));
  outbox.unsubscribe("b");
  EXPECT_EQ(next_of(outbox), "");
}

TEST(Outbox, KeepsTheLatestFrameOfEachChannel) {
  Outbox outbox;
  outbox.subscribe("a", FrameWish{30.0, false});
  outbox.subscribe("b", FrameWish{30.0, true});
  const MonoTime start{std::chrono::hours{1}};
  EXPECT_FALSE(outbox.push("a", text("boxes"), Delivery::kFrameWithBoxes, start).is_queued);
  EXPECT_FALSE(outbox.push("a", text("a1"), Delivery::kFrame, start).dropped_frame);
  EXPECT_TRUE(outbox.push("a", text("a2"), Delivery::kFrame, start + milliseconds{50}).dropped_frame);
  outbox.push("b", text("b1"), Delivery::kFrameWithBoxes, start);
  outbox.push("a", text("event"), Delivery::kEvent, start);
  EXPECT_EQ(next_of(outbox), "event");
  EXPECT_EQ(next_of(outbox), "a2");
  EXPECT_EQ(next_of(outbox), "b1");
  EXPECT_EQ(next_of(outbox), "");
}

TEST(Outbox, HonoursTheFpsOfTheClient) {
  for (const auto& [wished, published, expected] :
       {std::tuple{5.0, 30, 50}, {10.0, 25, 100}, {30.0, 10, 100}, {0.5, 25, 5}}) {
    Outbox outbox;
    outbox.subscribe("a", FrameWish{wished, true});
    int taken = 0;
    for (int i = 0; i < published * 10; ++i) {  // ten seconds, uneven by 3 ms
      const MonoTime now{std::chrono::hours{1} + milliseconds{i * 1000 / published + i % 2 * 3}};
      taken += outbox.push("a", text("f"), Delivery::kFrameWithBoxes, now).is_queued ? 1 : 0;
      outbox.next();
    }
    EXPECT_NEAR(taken, expected, 2) << wished << " of " << published;
  }
}

TEST(Outbox, BoundsTheChannels) {
  Outbox outbox;
  for (std::size_t i = 0; i < kWsChannelsMax; ++i)
    EXPECT_TRUE(outbox.subscribe(std::to_string(i), std::nullopt));
  EXPECT_FALSE(outbox.subscribe("more", std::nullopt));
  EXPECT_TRUE(outbox.subscribe("0", FrameWish{}));
}

}  // namespace
}  // namespace sentinel::http
