// One event loop: an io_context with the one thread that runs it, and the connections that live on it.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/wait_traits.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/guarded.hpp"

namespace sentinel::http {

// A concrete executor: `any_io_executor` costs a virtual call and an allocation at every operation.
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

// What a loop knows of a connection. All is called on the loop's thread, and none destroys the connection
// before it returns.
class Connection {
 public:
  virtual ~Connection() = default;
  // Every tick: the connection compares its own deadlines. One sweep is cheaper than a timer per connection.
  virtual void tick(MonoTime now) = 0;
  // The server stops: close now when nothing is under way, else after the present exchange.
  virtual void finish() = 0;
  virtual void abort() = 0;
};

// What another thread may call onto the loop.
class Wakeable {
 public:
  virtual ~Wakeable() = default;
  virtual void on_wake() = 0;  // on the loop's thread
};

// How another thread names a connection without holding it: owners stay on the loop.
struct WakeHandle {
  Wakeable* target = nullptr;  // read and written on the loop's thread alone; null when it is gone
  std::atomic<bool> is_queued = false;
};

// Where other threads leave word. Outlives its loop for those who still hold it: then wake() does nothing.
class LoopInbox {
 public:
  explicit LoopInbox(boost::asio::io_context& context) : state_{State{&context, {}}} {}
  // Thread-safe. One post for all that are woken before the loop comes to it.
  void wake(const std::shared_ptr<WakeHandle>& handle);
  void close();

 private:
  struct State {
    boost::asio::io_context* context;
    std::vector<std::shared_ptr<WakeHandle>> woken;
  };
  void drain();
  Guarded<State> state_;
};

class Loop {
 public:
  Loop(const Clock& clock, std::chrono::milliseconds tick);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // From any thread.
  void start();
  void finish_connections();
  void abort_connections();
  void join();  // ends when the connections are gone
  boost::asio::io_context& context() { return context_; }
  const std::shared_ptr<LoopInbox>& inbox() const { return inbox_; }

  // On the loop's thread alone.
  void add(Connection* connection) { connections_.insert(connection); }
  void remove(Connection* connection) { connections_.erase(connection); }
  bool is_stopping() const { return stopping_; }
  const Clock& clock() const { return clock_; }
  std::string_view http_date() const { return http_date_; }
  std::string next_request_id();
  // Room to receive into, used up before the loop's next handler runs.
  std::array<char, 65536>& scratch() { return *scratch_; }

 private:
  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  void wait_for_tick();
  void tick();

  const Clock& clock_;
  const std::chrono::milliseconds tick_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<Executor> work_;
  Timer timer_;
  const std::shared_ptr<LoopInbox> inbox_ = std::make_shared<LoopInbox>(context_);
  std::unordered_set<Connection*> connections_;
  std::unique_ptr<std::array<char, 65536>> scratch_ = std::make_unique<std::array<char, 65536>>();
  std::string http_date_;
  std::string id_prefix_;  // random, so that ids of two runs differ
  std::uint32_t id_counter_ = 0;
  bool stopping_ = false;
  std::optional<std::jthread> thread_;
};

}  // namespace sentinel::http
