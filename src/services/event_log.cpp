#include "services/event_log.hpp"

#include <algorithm>
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

EventLog::EventLog(storage::EventRepository& events, storage::MediaStore& media, const Clock& clock,
                   Listener listener, std::size_t waiting_max)
    : events_{events},
      media_{media},
      clock_{clock},
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
    // The last that is known of it: nobody looked while the server was down.
    event.ended_at = std::max(event.updated_at, event.started_at);
    event.updated_at = now;
    event.description = event.description.value_or("") + "Ended by a restart of the server.";
  }
  events_.upsert_events(open);
  log::warn("events", "closed {} events that the last run left open", open.size());
}

void EventLog::prepare_stop() {
  stopping_.request_stop();
}

void EventLog::stop() {
  prepare_stop();
  queue_.close();
  if (!writer_.joinable()) return;
  writer_.join();
  if (changes_lost_ > 0) log::error("events", "{} changes of events are lost", changes_lost_.load());
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
  for (domain::EventChange& change : changes) write_snapshot(change);
  if (!store(changes)) {
    changes_lost_ += changes.size();
    return;
  }
  for (const domain::EventChange& change : changes) listener_(change);
}

void EventLog::write_snapshot(domain::EventChange& change) {
  domain::Event& event = change.event;
  if (change.snapshot) {
    const Status boxed = media_.put(snapshot_key(event, true), change.snapshot->boxed_jpeg);
    const Status plain = media_.put(snapshot_key(event, false), change.snapshot->plain_jpeg);
    change.snapshot.reset();
    const bool is_written = boxed && plain;
    bool& is_pictured = pictured_[event.id];
    is_pictured = is_pictured || is_written;
    if (!is_written) {
      ++snapshots_lost_;
      log::error(event.camera_id, "the snapshot of {} is lost: {}", event.id,
                 (!boxed ? boxed : plain).error().describe());
    }
  }
  // The pipeline made a picture, but only here it is known whether there is one.
  if (const auto known = pictured_.find(event.id); known != pictured_.end())
    event.has_snapshot = known->second;
  if (change.phase == domain::EventPhase::kClosed) pictured_.erase(event.id);
}

// A store that is away holds everything up, and through the bounded queue the pipelines: nothing is lost.
bool EventLog::store(std::vector<domain::EventChange>& changes) {
  for (bool told = false; !given_up_;) {
    // At each attempt anew: a client that asks for what was written since must find it.
    stamped_at_ = std::max(stamped_at_, clock_.utc_now());
    std::vector<domain::Event> rows;
    for (domain::EventChange& change : changes) {
      change.event.updated_at = stamped_at_;
      rows.push_back(change.event);
    }
    const bool is_last = stopping_.stop_requested();
    try {
      events_.upsert_events(rows);
      return true;
    } catch (const storage::StoreDown& failure) {
      if (!told) log::error("events", "the store is away, {} events wait: {}", rows.size(), failure.what());
      told = true;
    } catch (const std::exception& defect) {
      // These rows will never go in: the next ones may.
      log::error("events", "{} events cannot be written: {}", rows.size(), defect.what());
      return false;
    }
    given_up_ = is_last;
    if (is_last) break;
    std::mutex mutex;
    std::unique_lock lock{mutex};
    std::condition_variable_any{}.wait_for(lock, stopping_.get_token(), kRetry, [] { return false; });
  }
  return false;
}

}  // namespace sentinel::services
