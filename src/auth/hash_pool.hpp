// The threads that hash passwords. Hashing is slow and takes much memory on purpose, so it has a place of its
// own with a bound: a flood of logins is refused here and neither stops the event loop nor fills the memory.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "auth/password.hpp"
#include "base/bounded_queue.hpp"
#include "base/error.hpp"

namespace sentinel::auth {

struct HashPoolOptions {
  std::size_t threads = 1;     // each hashes one password at a time and takes cost.memory_bytes for it
  std::size_t queue_max = 16;  // waiting jobs; the next one is refused
  PasswordCost cost{};         // of new hashes
};

// Thread-safe. The calls block until the job is done, so they belong on a worker thread, never on an event
// loop. A full queue answers kThrottled at once. The threads run at nice 10: under load they yield to the
// cameras but, unlike the idle class, still get their turn. The destructor finishes what waits; no call may
// be under way or come after it began.
class HashPool {
 public:
  explicit HashPool(const HashPoolOptions& options);
  ~HashPool();
  HashPool(const HashPool&) = delete;
  HashPool& operator=(const HashPool&) = delete;

  // hash_password() at the pool's cost.
  Result<std::string> hash(const std::string& password);
  // verify_password(). A caller who has no such user verifies against a hash of a random password all the
  // same: otherwise the time of the answer says which names exist.
  Result<bool> verify(const std::string& password, const std::string& hash);

  const PasswordCost& cost() const { return cost_; }
  std::size_t waiting() const { return jobs_.size(); }
  std::uint64_t refused() const { return jobs_.dropped(); }

 private:
  void work();
  // Runs `job` on the pool and waits for it; what it throws is thrown here. False when the queue is full.
  bool run(const std::function<void()>& job);

  const PasswordCost cost_;
  BoundedQueue<std::function<void()>> jobs_;
  std::vector<std::jthread> threads_;
};

}  // namespace sentinel::auth
