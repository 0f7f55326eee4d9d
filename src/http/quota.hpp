// A bound on how many of something exist at once, in all and for each address.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace sentinel::http {

// Thread-safe. Outlives its tickets.
class Quota {
 public:
  Quota(std::size_t total_max, std::size_t per_address_max)
      : total_max_{total_max}, per_address_max_{per_address_max} {}

  // One place taken; given back when the ticket goes.
  class Ticket {
   public:
    Ticket(Quota& quota, std::string address) : quota_{&quota}, address_{std::move(address)} {}
    Ticket(Ticket&& other) noexcept
        : quota_{std::exchange(other.quota_, nullptr)}, address_{std::move(other.address_)} {}
    Ticket& operator=(Ticket&& other) noexcept {
      std::swap(quota_, other.quota_);
      std::swap(address_, other.address_);
      return *this;
    }
    ~Ticket() {
      if (quota_ != nullptr) quota_->give_back(address_);
    }

   private:
    Quota* quota_;
    std::string address_;
  };

  // Empty when a bound is reached.
  std::optional<Ticket> take(const std::string& address);
  std::size_t taken() const;
  // Waits until every ticket is back. False when `wait_max` passed first.
  bool wait_until_empty(std::chrono::milliseconds wait_max) const;

 private:
  void give_back(const std::string& address);

  const std::size_t total_max_;
  const std::size_t per_address_max_;
  mutable std::mutex mutex_;
  mutable std::condition_variable empty_;
  std::unordered_map<std::string, std::size_t> by_address_;
  std::size_t total_ = 0;
};

}  // namespace sentinel::http
