// Snapshots and, later, recordings: objects by key. Implemented by filesystem/ here, s3/ later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sentinel::storage {

// The largest object: a snapshot is some 100 kB, this is what a defect may take at most.
inline constexpr std::size_t kObjectBytesMax = 64UL << 20U;

// kInvalid unless `key` is one: "events/2026-11-24/evt_….jpg", one to eight folders of [a-z0-9_-] and a file
// of [A-Za-z0-9_.-] that does not begin with a dot, at most 255 bytes in all. Hence no "..", nothing
// absolute, no hidden file. Every implementation checks each key by this.
Status check_media_key(std::string_view key);

// Thread-safe. Calls block. All three answer kInvalid for a bad key and kUnavailable when the store is away
// or full: a value and no exception, since an event without its picture is still an event.
class MediaStore {
 public:
  virtual ~MediaStore() = default;
  // Whole or not at all: a reader never sees half an object, also after a crash. Replaces one of that key.
  // kTooLarge beyond kObjectBytesMax.
  virtual Status put(std::string_view key, std::span<const std::uint8_t> bytes) = 0;
  virtual Result<std::vector<std::uint8_t>> get(std::string_view key) = 0;  // kNotFound
  virtual Status remove(std::string_view key) = 0;                          // an absent key is no error
};

}  // namespace sentinel::storage
