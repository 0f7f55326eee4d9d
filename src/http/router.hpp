// The route table: which handler a method and a path mean, and whether the caller may reach it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/authenticator.hpp"
#include "http/request.hpp"
#include "http/route.hpp"

namespace sentinel::http {

inline constexpr std::size_t kPathValuesMax = 4;
inline constexpr std::string_view kMediaCookie = "sentinel_media";

// Built at start, then only read: find() is thread-safe once the last add() is done.
// A path's segments are literal, or "{name}" (any non-empty segment), or, as the last one, "{name:path}" (all
// that follows, slashes included, perhaps nothing). A literal wins over a name.
class Router {
 public:
  Router();

  // Throws std::logic_error, for a defect of the table: the same method and shape twice, two names at the
  // same place, two rows with one document id, a path that cannot be matched, a row without handler, HEAD or
  // OPTIONS (the server answers them itself from the other rows), or a cookie on a method that changes
  // something.
  void add(Route route);
  const std::vector<Route>& routes() const { return routes_; }

  struct Match {
    const Route* route = nullptr;  // null: no such path, or not this method
    std::uint8_t methods = 0;      // a bit per Method that the path has; 0: no such path
    std::size_t value_count = 0;
    std::array<std::pair<std::string_view, std::string_view>, kPathValuesMax> values{};  // name, text
  };
  // HEAD finds the row of GET. The texts point into `path` and into the table. Allocates nothing.
  Match find(Method method, std::string_view path) const;

 private:
  struct Node {
    std::vector<std::pair<std::string, std::size_t>> literals;
    std::string name;                   // of the {name} child
    std::size_t named = 0;              // the {name} child; 0 = none
    std::string rest_name;              // of {name:path}
    std::size_t rest = 0;               // the {name:path} child
    std::array<std::size_t, 8> rows{};  // by Method, 1 + the index into routes_; 0 = none
  };
  std::size_t child_for(std::size_t node, std::string_view segment, std::string_view whole_path);
  std::size_t new_node();
  bool walk(std::size_t node, std::string_view rest, Match& match, std::size_t& found) const;

  std::vector<Route> routes_;
  std::vector<Node> nodes_;
};

// "GET, HEAD, OPTIONS": for the Allow header. OPTIONS always, HEAD with GET.
std::string allow_text(std::uint8_t methods);
std::string_view method_text(Method method);

// The one place where a caller is let through. Null for open routes. kUnauthenticated without a token or with
// one that the authenticator refuses; kForbidden for a role below the route's. The token is that of
// "Authorization: Bearer", or, on GET and HEAD of routes that allow it, of the cookie kMediaCookie.
Result<std::optional<auth::Caller>> authorise(const Route& route, const Request& request,
                                              Authenticator& authenticator);

}  // namespace sentinel::http
