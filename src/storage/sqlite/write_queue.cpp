#include "storage/sqlite/write_queue.hpp"

#include <stop_token>
#include <vector>

namespace sentinel::storage::sqlite {

WriteQueue::WriteQueue(std::unique_ptr<Database> database, const WriteQueueOptions& options)
    : group_max_{options.group_max},
      database_{std::move(database)},
      jobs_{options.queue_max, Overflow::kBlock},
      thread_{[this] { work(); }} {}

WriteQueue::~WriteQueue() {
  jobs_.close();
  thread_.join();
}

WriteStats WriteQueue::stats() const {
  return {
      .jobs = jobs_count_, .commits = commits_count_, .failures = failures_count_, .waiting = jobs_.size()};
}

void WriteQueue::submit(std::function<bool(Database&)> body) {
  // Shared with the writer: it must outlive set_value() there as well as get() here.
  const auto job = std::make_shared<Job>();
  job->body = std::move(body);
  auto decided = job->decided.get_future();
  if (jobs_.push(job) != PushOutcome::kAccepted) throw StoreDown("the store is closing");
  decided.get();
  if (job->failure) std::rethrow_exception(job->failure);
}

void WriteQueue::work() {
  while (auto first = jobs_.pop(std::stop_token{})) {
    std::vector<JobPtr> group = jobs_.drain(group_max_ - 1);
    group.insert(group.begin(), std::move(*first));
    decide(group);
    for (const JobPtr& job : group) {
      if (job->failure) ++failures_count_;
      ++jobs_count_;
      job->body = nullptr;  // refers to the caller's stack
      job->decided.set_value();
    }
  }
}

// Runs the jobs together. A transaction that was lost as a whole is one job's doing, most likely (a full disk
// hits the large one): each is then tried by itself, so that only those fail that cannot be done.
void WriteQueue::decide(Group group) {
  std::size_t decided = 0;
  try {
    if (commit(group)) return;
    for (; decided < group.size(); ++decided) commit(group.subspan(decided, 1));
  } catch (...) {
    // No transaction can begin, after busy_timeout: the rest shall not wait that long each.
    for (const JobPtr& job : group.subspan(decided)) job->failure = std::current_exception();
  }
}

// True when every job of the group is decided. Throws when no transaction can begin.
bool WriteQueue::commit(Group group) {
  database_->run("BEGIN IMMEDIATE");
  Job& last = *group.back();
  try {
    for (const JobPtr& job : group) {
      run_in_savepoint(*job);
      if (!database_->in_transaction()) return group.size() == 1;
    }
    database_->run("COMMIT");
    ++commits_count_;
    return true;
  } catch (...) {
    database_->roll_back();
    if (!last.failure) last.failure = std::current_exception();
    return group.size() == 1;
  }
}

void WriteQueue::run_in_savepoint(Job& job) {
  job.failure = nullptr;
  database_->run("SAVEPOINT job");
  bool keep = false;
  try {
    keep = job.body(*database_);
  } catch (...) {
    job.failure = std::current_exception();
  }
  if (!database_->in_transaction()) {
    // SQLite has undone everything by itself. A body that did not notice must not count as done.
    if (!job.failure) job.failure = std::make_exception_ptr(StoreDown("SQLite rolled the transaction back"));
    return;
  }
  if (!keep) database_->run("ROLLBACK TO job");
  database_->run("RELEASE job");
}

}  // namespace sentinel::storage::sqlite
