// The few kinds of expected failure, and Result<T>, the value that carries one.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <utility>

namespace sentinel {

// Every foreign error (SQLite, libav, OpenVINO, a system call) is mapped to one of these once, in the folder
// that includes its header. HTTP statuses come from one switch over this enum in http/error_map.cpp.
enum class ErrorKind {
  kInvalid,          // the input is wrong; the message names the field and the remedy
  kUnauthenticated,  // who is calling is not known
  kForbidden,        // known, and without the right
  kNotFound,
  kConflict,     // valid, but not in the present state
  kTooLarge,     // over a stated bound
  kThrottled,    // too many requests; try again later
  kUnavailable,  // a store, a camera or a device is away
  kUnsupported,  // a feature or a format that this build does not have
  kInternal,     // a defect or a broken world
};

// What a client may read. Distinct from LogText, so that swapped arguments do not compile.
struct ClientText {
  std::string text;
};

// What only the log may read: foreign error texts, paths, addresses. Never a secret.
struct LogText {
  std::string text;
};

struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;  // for the client
  std::string cause;    // for the log

  Error() = default;  // what Result::error() gives for a success: boost asks for it
  Error(ErrorKind error_kind, ClientText client) : kind{error_kind}, message{std::move(client.text)} {}
  Error(ErrorKind error_kind, ClientText client, LogText log)
      : kind{error_kind}, message{std::move(client.text)}, cause{std::move(log.text)} {}

  // "message (cause)": for logs and for standard error, never for a reply.
  std::string describe() const { return cause.empty() ? message : message + " (" + cause + ")"; }
};

template <class T>
using Result = boost::system::result<T, Error>;
using Status = Result<void>;

// Found by argument-dependent look-up when .value() is called on a failed Result: that is a defect of the
// caller.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

inline Error invalid(std::string message) {
  return Error{ErrorKind::kInvalid, ClientText{std::move(message)}};
}
inline Error not_found(std::string message) {
  return Error{ErrorKind::kNotFound, ClientText{std::move(message)}};
}
inline Error conflict(std::string message) {
  return Error{ErrorKind::kConflict, ClientText{std::move(message)}};
}
inline Error forbidden(std::string message) {
  return Error{ErrorKind::kForbidden, ClientText{std::move(message)}};
}
inline Error unavailable(std::string message, std::string cause = {}) {
  return Error{ErrorKind::kUnavailable, ClientText{std::move(message)}, LogText{std::move(cause)}};
}
inline Error internal(std::string cause) {
  return Error{ErrorKind::kInternal, ClientText{"Internal error"}, LogText{std::move(cause)}};
}

}  // namespace sentinel
