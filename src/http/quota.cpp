#include "http/quota.hpp"

namespace sentinel::http {

std::optional<Quota::Ticket> Quota::take(const std::string& address) {
  const std::lock_guard lock{mutex_};
  if (total_ >= total_max_) return std::nullopt;
  const auto known = by_address_.find(address);
  if (known != by_address_.end() && known->second >= per_address_max_) return std::nullopt;
  if (per_address_max_ == 0) return std::nullopt;
  ++by_address_[address];
  ++total_;
  return std::optional<Ticket>{std::in_place, *this, address};
}

std::size_t Quota::taken() const {
  const std::lock_guard lock{mutex_};
  return total_;
}

bool Quota::wait_until_empty(std::chrono::milliseconds wait_max) const {
  std::unique_lock lock{mutex_};
  return empty_.wait_for(lock, wait_max, [this] { return total_ == 0; });
}

void Quota::give_back(const std::string& address) {
  const std::lock_guard lock{mutex_};
  const auto known = by_address_.find(address);
  if (--known->second == 0) by_address_.erase(known);
  if (--total_ == 0) empty_.notify_all();
}

}  // namespace sentinel::http
