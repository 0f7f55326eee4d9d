#include "http/ws_outbox.hpp"

#include <utility>

namespace sentinel::http {

bool Outbox::subscribe(const std::string& channel, std::optional<FrameWish> frames) {
  const auto known = channels_.find(channel);
  if (known == channels_.end() && channels_.size() >= kWsChannelsMax) return false;
  Channel& entry = known != channels_.end() ? known->second : channels_[channel];
  if (entry.frames != frames && std::exchange(entry.frame, nullptr) != nullptr) --frames_waiting_;
  entry.frames = frames;
  entry.frame_due = {};
  return true;
}

void Outbox::unsubscribe(std::string_view channel) {
  const auto known = channels_.find(channel);
  if (known == channels_.end()) return;
  if (known->second.frame != nullptr) --frames_waiting_;
  if (known->second.missed != 0) --channels_with_missed_;
  for (auto* queue : {&replayed_, &events_})
    std::erase_if(*queue, [&](const Event& event) { return event.channel == channel; });
  channels_.erase(known);
}

std::vector<std::string> Outbox::channels() const {
  std::vector<std::string> names;
  for (const auto& [name, channel] : channels_) names.push_back(name);
  return names;
}

std::optional<FrameWish> Outbox::wish_of(std::string_view channel) const {
  const auto known = channels_.find(channel);
  return known == channels_.end() ? std::nullopt : known->second.frames;
}

void Outbox::push_reply(std::string text) {
  replies_.push_back(std::make_shared<const std::string>(std::move(text)));
}

Outbox::Pushed Outbox::push(const std::string& channel, const SharedText& text, Delivery delivery,
                            MonoTime now) {
  const auto known = channels_.find(channel);
  if (known == channels_.end()) return {};
  if (delivery == Delivery::kEvent) return push_event(channel, text);
  return push_frame(known->second, text, delivery == Delivery::kFrameWithBoxes, now);
}

bool Outbox::begin_replay() {
  return !std::exchange(is_replaying_, true);
}

void Outbox::end_replay() {
  is_replaying_ = false;
}

void Outbox::push_replay(const std::string& channel, const std::vector<SharedText>& texts,
                         std::uint64_t beyond) {
  const auto known = channels_.find(channel);
  if (known == channels_.end()) return;
  count_missed(known->second, beyond);
  for (const SharedText& text : texts) replayed_.push_back({channel, text});
  for (; replayed_.size() > kReplayMax; replayed_.pop_front())
    count_missed(channels_.find(replayed_.front().channel)->second, 1);
}

void Outbox::count_missed(Channel& channel, std::uint64_t count) {
  if (count == 0) return;
  if (channel.missed == 0) ++channels_with_missed_;
  channel.missed += count;
}

Outbox::Pushed Outbox::push_event(const std::string& channel, const SharedText& text) {
  Pushed pushed{.is_queued = true};
  if (events_.size() >= kEventsMax) {
    count_missed(channels_.find(events_.front().channel)->second, 1);
    events_.pop_front();
    pushed.dropped_event = true;
  }
  events_.push_back({channel, text});
  return pushed;
}

Outbox::Pushed Outbox::push_frame(Channel& channel, const SharedText& text, bool with_boxes, MonoTime now) {
  if (!channel.frames || channel.frames->boxes != with_boxes) return {};
  const std::chrono::duration<double> period{1.0 / channel.frames->fps};
  const auto interval = std::chrono::duration_cast<MonoTime::duration>(period);
  // A quarter of tolerance: frames that come at just the wished rate, but not evenly, all pass. The due time
  // moves on by whole intervals, so that the mean rate holds, unless nothing came for longer than one.
  if (now + interval / 4 < channel.frame_due) return {};
  channel.frame_due = (channel.frame_due + interval > now ? channel.frame_due : now) + interval;
  Pushed pushed{.is_queued = true};
  pushed.dropped_frame = std::exchange(channel.frame, text) != nullptr;
  if (!pushed.dropped_frame) ++frames_waiting_;
  return pushed;
}

SharedText Outbox::next() {
  if (!replies_.empty()) {
    SharedText text = std::move(replies_.front());
    replies_.pop_front();
    return text;
  }
  if (channels_with_missed_ != 0) return next_missed();
  auto& queue = replayed_.empty() ? events_ : replayed_;
  if (!queue.empty() && !(is_replaying_ && &queue == &events_)) {
    SharedText text = std::move(queue.front().text);
    queue.pop_front();
    return text;
  }
  return frames_waiting_ != 0 ? next_frame() : nullptr;
}

SharedText Outbox::next_missed() {
  for (auto& [name, channel] : channels_) {
    if (channel.missed == 0) continue;
    --channels_with_missed_;
    return std::make_shared<const std::string>(missed_text(name, std::exchange(channel.missed, 0)));
  }
  return nullptr;
}

SharedText Outbox::next_frame() {
  auto entry = channels_.upper_bound(last_frame_of_);
  for (std::size_t i = 0; i < channels_.size(); ++i, ++entry) {
    if (entry == channels_.end()) entry = channels_.begin();
    if (entry->second.frame == nullptr) continue;
    last_frame_of_ = entry->first;
    --frames_waiting_;
    return std::exchange(entry->second.frame, nullptr);
  }
  return nullptr;
}

}  // namespace sentinel::http
