#include "services/event_log.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/log.hpp"
#include "storage/store_down.hpp"

namespace sentinel::services {
namespace {

constexpr std::size_t kBatchMax = 64;
constexpr std::chrono::seconds kRetry{1};

}  // namespace

std::string snapshot_key(const domain::Event& event, bool boxes) {
  const std::string day = format_rfc3339(event.started_at).substr(0, 10);
  return "events/" + day + "/" + event.id + (boxes ? "_boxes.jpg" : ".jpg");
}

EventLog::EventLog(storage::EventRepository& events, storage::MediaStore& media, Listener listener,
                   std::size_t waiting_max)
    : events_{events},
      media_{media},
      listener_{std::move(listener)},
      queue_{waiting_max, Overflow::kBlock},
      writer_{[this] { run(); }} {}

EventLog::~EventLog() {
  stop();
}

void EventLog::publish(domain::EventChange change) {
  queue_.push(std::move(change));
}

void EventLog::close_left_open(UtcTime now) {
  std::vector<domain::Event> open = events_.list_open_events();
  if (open.empty()) return;
  for (domain::Event& event : open) {
    event.ended_at = std::max(now, event.started_at);
    event.description = event.description.value_or("") + "Ended by a restart of the server.";
  }
  events_.upsert_events(open);
  log::warn("events", "closed {} events that the last run left open", open.size());
}

void EventLog::stop() {
  stopping_ = true;
  queue_.close();
  if (writer_.joinable()) writer_.join();
}

void EventLog::run() {
  while (auto first = queue_.pop({})) {
    std::vector<domain::EventChange> batch;
    batch.push_back(std::move(*first));
    for (auto& more : queue_.drain(kBatchMax - 1)) batch.push_back(std::move(more));
    write(batch);
  }
}

void EventLog::write(std::vector<domain::EventChange>& changes) {
  std::vector<domain::Event> rows;
  for (domain::EventChange& change : changes) {
    if (change.snapshot) {
      const Status boxed = media_.put(snapshot_key(change.event, true), change.snapshot->boxed_jpeg);
      const Status plain = media_.put(snapshot_key(change.event, false), change.snapshot->plain_jpeg);
      if (!boxed || !plain) {
        ++snapshots_lost_;
        log::error(change.event.camera_id, "the snapshot of {} is lost: {}", change.event.id,
                   (!boxed ? boxed : plain).error().describe());
      }
      change.snapshot.reset();
    }
    rows.push_back(change.event);
  }
  // A store that is away holds everything up, and through the bounded queue the pipelines: nothing is lost.
  for (bool told = false;;) {
    try {
      events_.upsert_events(rows);
      break;
    } catch (const storage::StoreDown& failure) {
      if (!told) log::error("events", "the store is away, {} events wait: {}", rows.size(), failure.what());
      told = true;
    }
    if (stopping_) {
      log::error("events", "{} events are lost: the store is away and the server stops", rows.size());
      return;
    }
    std::mutex mutex;
    std::unique_lock lock{mutex};
    std::condition_variable_any{}.wait_for(lock, kRetry, [this] { return stopping_.load(); });
  }
  for (const domain::EventChange& change : changes) listener_(change);
}

}  // namespace sentinel::services
