// One connection writes, and it commits in groups: all that waits when the writer becomes free goes into one
// transaction. Under load a commit is shared by many, without load nobody waits for company.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <type_traits>
#include <utility>

#include "base/bounded_queue.hpp"
#include "base/error.hpp"
#include "storage/sqlite/sqlite.hpp"

namespace sentinel::storage::sqlite {

struct WriteQueueOptions {
  std::size_t queue_max = 1'024;  // jobs that wait; the next caller waits for room
  std::size_t group_max = 256;    // jobs of one transaction
};

struct WriteStats {
  std::uint64_t jobs = 0;
  std::uint64_t commits = 0;
  std::uint64_t failures = 0;  // jobs that threw, or whose commit failed
  std::size_t waiting = 0;
};

// Thread-safe. The destructor finishes what waits.
class WriteQueue {
 public:
  WriteQueue(std::unique_ptr<Database> database, const WriteQueueOptions& options);
  ~WriteQueue();
  WriteQueue(const WriteQueue&) = delete;
  WriteQueue& operator=(const WriteQueue&) = delete;

  // Runs `body(Database&)` on the writer's thread and returns its result once that is committed. What body
  // throws is thrown here, StoreDown when the commit fails.
  //
  // Each body is a unit: when it throws or returns a failed Result, what it wrote is undone, and only that,
  // whoever shares the transaction. It may run a second time when the shared transaction was lost, so it
  // writes nothing but the database; it neither begins nor ends a transaction, and does not call write()
  // itself.
  template <class Body>
  auto write(Body&& body) {
    using Outcome = std::invoke_result_t<Body&, Database&>;
    if constexpr (std::is_void_v<Outcome>) {
      submit([&body](Database& database) {
        body(database);
        return true;
      });
    } else {
      std::optional<Outcome> outcome;
      submit([&body, &outcome](Database& database) {
        outcome.reset();
        return is_success(outcome.emplace(body(database)));
      });
      return std::move(*outcome);
    }
  }

  WriteStats stats() const;

 private:
  struct Job {
    std::function<bool(Database&)> body;  // false: undo
    std::exception_ptr failure;
    std::promise<void> decided;
  };
  using JobPtr = std::shared_ptr<Job>;
  using Group = std::span<const JobPtr>;

  template <class Value>
  static bool is_success(const Value&) {
    return true;
  }
  template <class Value>
  static bool is_success(const Result<Value>& result) {
    return result.has_value();
  }

  void submit(std::function<bool(Database&)> body);
  void work();
  void decide(Group group);
  bool commit(Group group);
  void run_in_savepoint(Job& job);

  const std::size_t group_max_;
  const std::unique_ptr<Database> database_;  // the thread's alone
  BoundedQueue<JobPtr> jobs_;
  std::atomic<std::uint64_t> jobs_count_ = 0;
  std::atomic<std::uint64_t> commits_count_ = 0;
  std::atomic<std::uint64_t> failures_count_ = 0;
  std::jthread thread_;
};

}  // namespace sentinel::storage::sqlite
