#include "http/loop.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "http/reply_text.hpp"

namespace sentinel::http {

void LoopInbox::wake(const std::shared_ptr<WakeHandle>& handle) {
  if (handle->is_queued.exchange(true)) return;
  state_.with([&](State& state) {
    if (state.context == nullptr) return;
    state.woken.push_back(handle);
    // Under the lock, so that the context is there: a post neither blocks nor calls anything.
    if (state.woken.size() == 1) boost::asio::post(*state.context, [this] { drain(); });
  });
}

void LoopInbox::drain() {
  std::vector<std::shared_ptr<WakeHandle>> woken;
  state_.with([&](State& state) { woken.swap(state.woken); });
  for (const auto& handle : woken) {
    handle->is_queued.store(false);  // before the target looks: what comes now wakes it again
    if (handle->target != nullptr) handle->target->on_wake();
  }
}

void LoopInbox::close() {
  state_.with([](State& state) { state.context = nullptr; });
}

Loop::Loop(const Clock& clock, std::chrono::milliseconds tick)
    : clock_{clock}, tick_{tick}, work_{boost::asio::make_work_guard(context_)}, timer_{context_} {
  std::array<std::uint8_t, 3> random{};
  fill_random(random.data(), random.size());
  id_prefix_ = fmt::format("{:02x}{:02x}{:02x}", random[0], random[1], random[2]);
  http_date_ = format_http_date(clock_.utc_now());
}

Loop::~Loop() {
  if (thread_) join();
  inbox_->close();
}

void Loop::start() {
  wait_for_tick();
  thread_.emplace([this] {
    while (true) {
      try {
        context_.run();
        return;
      } catch (const std::exception& exception) {  // a defect of ours: the other connections go on
        log::error("http", "event loop: {}", exception.what());
      }
    }
  });
}

void Loop::finish_connections() {
  boost::asio::post(context_, [this] {
    stopping_ = true;
    for (Connection* connection : connections_) connection->finish();
  });
}

void Loop::abort_connections() {
  boost::asio::post(context_, [this] {
    for (Connection* connection : connections_) connection->abort();
  });
}

void Loop::join() {
  inbox_->close();
  boost::asio::post(context_, [this] {
    stopping_ = true;
    timer_.cancel();
    work_.reset();
  });
  thread_.reset();
}

std::string Loop::next_request_id() {
  return fmt::format("{}{:08x}", id_prefix_, id_counter_++);
}

void Loop::wait_for_tick() {
  timer_.expires_after(tick_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || (stopping_ && connections_.empty())) return;
    tick();
    wait_for_tick();
  });
}

void Loop::tick() {
  http_date_ = format_http_date(clock_.utc_now());
  const MonoTime now = clock_.mono_now();
  for (Connection* connection : connections_) connection->tick(now);
}

}  // namespace sentinel::http
