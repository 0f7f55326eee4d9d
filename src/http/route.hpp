// One row of the route table: what is matched, who may call it, how it runs and what the OpenAPI document
// says.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "auth/user.hpp"
#include "base/error.hpp"
#include "http/request.hpp"
#include "json/json.hpp"

namespace sentinel::http {

// Who may call a route. There is no default: a route that says nothing does not compile.
class Auth {
 public:
  static Auth open() { return Auth{std::nullopt}; }  // login, health and the documents alone
  static Auth role(auth::Role least) { return Auth{least}; }
  const std::optional<auth::Role>& least_role() const { return least_role_; }

 private:
  explicit Auth(std::optional<auth::Role> least) : least_role_{least} {}
  std::optional<auth::Role> least_role_;
};

enum class Run {
  kInline,  // on the event loop: under 100 us, no store, no disk
  kPool,    // on the worker pool
  kSlow,    // on a small pool of its own: what takes a good part of a second on purpose, as hashing passwords
};

// What the document says of one operation. The schemas are JSON Schema objects or {"$ref": …}.
struct OperationDoc {
  std::string id;  // "create_camera"
  std::string tag;
  std::string summary;
  json::Array parameters;           // OpenAPI parameter objects: path and query
  std::optional<json::Value> body;  // schema of the request body
  bool body_required = true;
  std::optional<json::Value> reply;  // schema of the success body; absent for 204
  std::string reply_media_type = "application/json";
  int success_status = 200;
  std::vector<ErrorKind> errors;  // 401, 403 and 422 are added by what the route is
  bool validates_input = false;   // it has parameters or a body: 422 is documented
};

// `caller` is null on open routes alone. May throw: the server answers 500, or 503 for a store that is away.
using Handler = std::function<Response(const Request& request, const auth::Caller* caller)>;

inline constexpr std::size_t kBodyBytesMax = 1024 * 1024;

struct Route {
  Method method = Method::kGet;
  std::string path;  // "/api/cameras/{id}"
  Auth auth;
  Run run = Run::kPool;
  Handler handler;
  OperationDoc doc;
  bool documented = true;                      // false for pages and the documents themselves
  std::size_t body_bytes_max = kBodyBytesMax;  // never more than the server's own limit
  bool cookie_allowed = false;  // a browser's <img> may authenticate by cookie: GET and HEAD alone
};

}  // namespace sentinel::http
