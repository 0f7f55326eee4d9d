// The connections that read, each lent to one caller at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <stop_token>
#include <utility>

#include "base/bounded_queue.hpp"
#include "storage/sqlite/sqlite.hpp"

namespace sentinel::storage::sqlite {

// Thread-safe. read() waits while all connections are lent: at most as long as the slowest read takes, since
// a body only reads. Readers and the writer do not wait for each other.
class ReadPool {
 public:
  ReadPool(DatabaseOptions options, std::size_t connections) : idle_{connections, Overflow::kBlock} {
    options.read_only = true;
    for (std::size_t i = 0; i < connections; ++i) idle_.push(std::make_unique<Database>(options));
  }

  // Returns what `body(Database&)` returns. Each statement sees the latest commit; ReadScope joins several.
  template <class Body>
  auto read(Body&& body) {
    const Loan loan{idle_};
    return body(*loan.database);
  }

 private:
  using Idle = BoundedQueue<std::unique_ptr<Database>>;
  struct Loan {
    explicit Loan(Idle& queue) : idle{queue}, database{std::move(*queue.pop(std::stop_token{}))} {}
    ~Loan() { idle.push(std::move(database)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Idle& idle;
    mutable std::unique_ptr<Database> database;
  };

  Idle idle_;
};

}  // namespace sentinel::storage::sqlite
