// An event sink that remembers.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "domain/event.hpp"

namespace sentinel::fakes {

// Thread-safe.
class MemoryEventSink final : public domain::EventSink {
 public:
  void publish(domain::EventChange change) override {
    {
      const std::lock_guard lock{mutex_};
      changes_.push_back(std::move(change));
    }
    changed_.notify_all();
  }

  std::vector<domain::EventChange> changes() const {
    const std::lock_guard lock{mutex_};
    return changes_;
  }

  // The last state of each event, in the order of their opening.
  std::vector<domain::Event> events() const {
    std::vector<domain::Event> events;
    for (const auto& change : changes()) {
      const auto known = std::find_if(events.begin(), events.end(),
                                      [&](const auto& event) { return event.id == change.event.id; });
      if (known == events.end()) {
        events.push_back(change.event);
      } else {
        *known = change.event;
      }
    }
    return events;
  }

  // Waits until `count` events of that camera were opened.
  void wait_opened(const std::string& camera_id, int count) const {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] {
      return count <= std::count_if(changes_.begin(), changes_.end(), [&](const auto& change) {
               return change.phase == domain::EventPhase::kOpened && change.event.camera_id == camera_id;
             });
    });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<domain::EventChange> changes_;
};

}  // namespace sentinel::fakes
