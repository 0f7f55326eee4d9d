#include "auth/hash_pool.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <future>
#include <memory>
#include <stop_token>

namespace sentinel::auth {
namespace {

constexpr int kNice = 10;

Error too_many() {
  return Error{ErrorKind::kThrottled, ClientText{"Too many logins at once. Try again in a moment."},
               LogText{"the queue of password hashes is full"}};
}

}  // namespace

HashPool::HashPool(const HashPoolOptions& options)
    : cost_{options.cost}, jobs_{options.queue_max, Overflow::kRefuse} {
  for (std::size_t i = 0; i < options.threads; ++i) threads_.emplace_back([this] { work(); });
}

HashPool::~HashPool() {
  jobs_.close();
  threads_.clear();
}

Result<std::string> HashPool::hash(const std::string& password) {
  std::string made;
  if (!run([&] { made = hash_password(password, cost_); })) return too_many();
  return made;
}

Result<bool> HashPool::verify(const std::string& password, const std::string& hash) {
  bool matches = false;
  if (!run([&] { matches = verify_password(password, hash); })) return too_many();
  return matches;
}

void HashPool::work() {
  // Linux gives each thread a niceness of its own. A refusal costs nothing but the courtesy.
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
  while (auto job = jobs_.pop(std::stop_token{})) (*job)();
}

bool HashPool::run(const std::function<void()>& job) {
  // Shared with the thread: it must outlive set_value() there as well as get() here.
  const auto task = std::make_shared<std::packaged_task<void()>>(job);
  auto done = task->get_future();
  if (jobs_.push([task] { (*task)(); }) != PushOutcome::kAccepted) return false;
  done.get();
  return true;
}

}  // namespace sentinel::auth
