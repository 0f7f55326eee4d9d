// Snapshots and, later, recordings: objects by key. Implemented by filesystem/ here, s3/ later.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sentinel::storage {

// Thread-safe. A key is "events/2026-11-24/evt_….jpg": lower-case folders and a file of [A-Za-z0-9_.-], never
// "..", checked by the implementation.
class MediaStore {
 public:
  virtual ~MediaStore() = default;
  // Whole or not at all: a reader never sees half an object, also after a crash.
  virtual Status put(std::string_view key, std::span<const std::uint8_t> bytes) = 0;
  virtual Result<std::vector<std::uint8_t>> get(std::string_view key) = 0;  // kNotFound
  virtual Status remove(std::string_view key) = 0;                          // an absent key is no error
};

}  // namespace sentinel::storage
