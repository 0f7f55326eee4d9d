#include "base/error.hpp"

#include <stdexcept>

namespace sentinel {

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  throw std::logic_error(error.describe() + " at " + where.to_string());
}

}  // namespace sentinel
