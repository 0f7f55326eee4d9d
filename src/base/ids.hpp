// Ids that sort by the time of their making: "evt_" and 26 characters of Crockford base 32 (48 bits of
// milliseconds, 80 bits of randomness), the layout of ULID (github.com/ulid/spec).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/guarded.hpp"

namespace sentinel {

// Thread-safe. Ids of one generator grow strictly, also within a millisecond and when the clock steps back.
// Several nodes may run one each: the random part keeps them apart.
class IdGenerator {
 public:
  explicit IdGenerator(const Clock& clock) : clock_{clock} {}
  std::string next(std::string_view prefix);

 private:
  struct Last {
    std::int64_t milliseconds = 0;
    std::array<std::uint8_t, 10> random{};
  };
  const Clock& clock_;
  Guarded<Last> last_;
};

// When an id with that prefix was made, to the millisecond; empty for a text that no generator makes.
std::optional<UtcTime> time_of_id(std::string_view id, std::string_view prefix);

// Bytes from the operating system's random source. Throws when there is none.
void fill_random(std::uint8_t* out, std::size_t count);

}  // namespace sentinel
