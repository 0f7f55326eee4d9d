// What waits to be sent to one client of a socket, bounded: the rules of what is kept, dropped and told.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "http/ws_protocol.hpp"

namespace sentinel::http {

// Encoded once, sent to many.
using SharedText = std::shared_ptr<const std::string>;

enum class Delivery {
  kEvent,           // never lost silently: what a full queue drops is told by "missed"
  kFrame,           // the latest alone counts
  kFrameWithBoxes,  // likewise; a client gets the one kind of frame that it asked for
};

// Not thread-safe: the hub guards it. Times are handed in.
class Outbox {
 public:
  static constexpr std::size_t kEventsMax = 256;
  static constexpr std::size_t kReplayMax = 1'000;
  static constexpr std::size_t kRepliesMax = 32;  // beyond it the session reads no further messages

  struct Pushed {
    bool is_queued = false;
    bool dropped_event = false;  // an older event gave way
    bool dropped_frame = false;  // an older frame gave way
  };

  // A channel that is already there gets the new wish. False when the client has kWsChannelsMax of others.
  bool subscribe(const std::string& channel, std::optional<FrameWish> frames);
  // What waits for the channel goes too.
  void unsubscribe(std::string_view channel);
  std::vector<std::string> channels() const;
  bool has(std::string_view channel) const { return channels_.contains(channel); }
  std::optional<FrameWish> wish_of(std::string_view channel) const;

  // An answer to the client's own message.
  void push_reply(std::string text);
  // Nothing is queued for a channel without subscription, or for a frame that comes sooner than the client's
  // fps allow or is of the other kind.
  Pushed push(const std::string& channel, const SharedText& text, Delivery delivery, MonoTime now);

  // From the one to the other, the client's question for what it missed is being answered: events that happen
  // meanwhile wait, because they are newer. False while an earlier question is.
  bool begin_replay();
  void end_replay();
  // What was missed of a channel, oldest first; `beyond` more is older yet, and lost. That, and what gives
  // way here, the client is told of by "missed".
  void push_replay(const std::string& channel, const std::vector<SharedText>& texts, std::uint64_t beyond);

  // The next text to send; null when there is none. In this order: replies, missed, replayed, events, frames
  // by turns.
  SharedText next();
  std::size_t replies() const { return replies_.size(); }

 private:
  struct Channel {
    std::optional<FrameWish> frames;
    MonoTime frame_due{};  // when the next frame is welcome
    SharedText frame;      // waits
    std::uint64_t missed = 0;
  };
  struct Event {
    std::string channel;
    SharedText text;
  };
  void count_missed(Channel& channel, std::uint64_t count);
  Pushed push_event(const std::string& channel, const SharedText& text);
  Pushed push_frame(Channel& channel, const SharedText& text, bool with_boxes, MonoTime now);
  SharedText next_missed();
  SharedText next_frame();

  std::map<std::string, Channel, std::less<>> channels_;
  std::deque<SharedText> replies_;
  std::deque<Event> replayed_;
  bool is_replaying_ = false;
  std::deque<Event> events_;
  std::size_t channels_with_missed_ = 0;
  std::size_t frames_waiting_ = 0;
  std::string last_frame_of_;  // whose turn it was
};

}  // namespace sentinel::http
