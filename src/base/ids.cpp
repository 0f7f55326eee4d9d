#include "base/ids.hpp"

#include <sys/random.h>

#include <algorithm>
#include <stdexcept>

namespace sentinel {
namespace {

constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kTimeLength = 10;
constexpr std::size_t kLength = 26;

void append_time(std::string& out, std::int64_t milliseconds) {
  for (int shift = 45; shift >= 0; shift -= 5) {
    out.push_back(kCrockford[static_cast<std::size_t>((milliseconds >> shift) & 31)]);
  }
}

void append_random(std::string& out, const std::array<std::uint8_t, 10>& bytes) {
  std::uint32_t bits = 0;
  int count = 0;
  for (const std::uint8_t byte : bytes) {
    bits = (bits << 8) | byte;
    for (count += 8; count >= 5; count -= 5) {
      out.push_back(kCrockford[(bits >> (count - 5)) & 31]);
    }
  }
}

}  // namespace

void fill_random(std::uint8_t* out, std::size_t count) {
  while (count > 0) {
    const ssize_t got = getrandom(out, std::min<std::size_t>(count, 256), 0);
    if (got <= 0) throw std::runtime_error("the operating system gives no random numbers");
    out += got;
    count -= static_cast<std::size_t>(got);
  }
}

std::optional<UtcTime> time_of_id(std::string_view id, std::string_view prefix) {
  if (!id.starts_with(prefix)) return std::nullopt;
  id.remove_prefix(prefix.size());
  // 10 characters have room for 50 bits, the time has 48.
  if (id.size() != kLength || id.find_first_not_of(kCrockford) != id.npos || id.front() > '7') {
    return std::nullopt;
  }
  std::int64_t milliseconds = 0;
  for (const char character : id.substr(0, kTimeLength)) {
    milliseconds = milliseconds << 5 | static_cast<std::int64_t>(kCrockford.find(character));
  }
  return UtcTime{std::chrono::milliseconds{milliseconds}};
}

std::string IdGenerator::next(std::string_view prefix) {
  const std::int64_t now = to_unix_ms(clock_.utc_now());
  std::array<std::uint8_t, 10> fresh{};
  fill_random(fresh.data(), fresh.size());
  const Last mine = last_.with([&](Last& last) {
    if (now > last.milliseconds) {
      last = Last{now, fresh};
      last.random[0] &= 0x7f;  // room to count up within the millisecond
    } else {
      for (std::size_t i = last.random.size(); i-- > 0 && ++last.random[i] == 0;) {
      }
    }
    return last;
  });
  std::string id{prefix};
  append_time(id, mine.milliseconds);
  append_random(id, mine.random);
  return id;
}

}  // namespace sentinel
