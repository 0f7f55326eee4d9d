// From the pipelines to the store, and from there to whoever listens: an event is told of only once it is
// kept.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "domain/event.hpp"
#include "storage/event_repository.hpp"
#include "storage/media_store.hpp"

namespace sentinel::services {

// The media keys of an event's snapshot.
std::string snapshot_key(const domain::Event& event, bool boxes);

// publish() waits while waiting_max changes wait: what has happened is never dropped while the server runs. A
// store that is away is tried again each second. A snapshot that cannot be written is counted, and its event
// says what there is: the one before, or none. updated_at is stamped just before each commit and never goes
// back: it grows in the order in which events are told.
class EventLog final : public domain::EventSink {
 public:
  using Listener = std::function<void(const domain::EventChange&)>;

  // The listener is called in the writer's thread, after the commit.
  EventLog(storage::EventRepository& events, storage::MediaStore& media, const Clock& clock,
           Listener listener, std::size_t waiting_max);
  ~EventLog() override;  // as stop()

  void publish(domain::EventChange change) override;
  // Closes what a killed process left open, with the time at which it was last written for its end. Before
  // the first publish().
  void close_left_open(UtcTime now);
  // From now on a store that is away is given up after one more try, and no publish() waits for it: call it
  // before the pipelines are stopped, which publish their last changes then. Idempotent.
  void prepare_stop();
  // Writes what waits and ends. Idempotent.
  void stop();

  std::uint64_t snapshots_lost() const { return snapshots_lost_.load(); }
  std::uint64_t changes_lost() const { return changes_lost_.load(); }

 private:
  void run();
  void write(std::vector<domain::EventChange>& changes);
  // Writes the change's snapshot, if it has one, and lets the event say what pictures there are.
  void write_snapshot(domain::EventChange& change);
  // Stamps the changes; waits for a store that is away. False when they were given up.
  bool store(std::vector<domain::EventChange>& changes);

  storage::EventRepository& events_;
  storage::MediaStore& media_;
  const Clock& clock_;
  const Listener listener_;
  std::atomic<std::uint64_t> snapshots_lost_{0};
  std::atomic<std::uint64_t> changes_lost_{0};
  // The writer's alone, as the next two. Of the open events that have had a snapshot: whether one was
  // written.
  std::map<std::string, bool> pictured_;
  bool given_up_ = false;
  UtcTime stamped_at_{};  // the last updated_at
  std::stop_source stopping_;
  BoundedQueue<domain::EventChange> queue_;
  std::jthread writer_;  // last: it uses all of the above
};

}  // namespace sentinel::services
