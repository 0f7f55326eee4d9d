// The store is away or broken: an exception, since no caller below the request can do anything about it.
#pragma once

#include <stdexcept>

namespace sentinel::storage {

class StoreDown : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace sentinel::storage
