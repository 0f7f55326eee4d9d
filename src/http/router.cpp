#include "http/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "http/text.hpp"

namespace sentinel::http {
namespace {

constexpr std::string_view kRestMark = ":path";
constexpr std::array<Method, 7> kMethods{Method::kGet,   Method::kHead,   Method::kPost,   Method::kPut,
                                         Method::kPatch, Method::kDelete, Method::kOptions};

std::size_t index_of(Method method) {
  return static_cast<std::size_t>(method);
}

[[noreturn]] void refuse(std::string_view path, std::string_view why) {
  throw std::logic_error(fmt::format("route {}: {}", path, why));
}

// The first segment of "a/b/c", taken off.
std::string_view take_segment(std::string_view& rest) {
  const std::size_t slash = rest.find('/');
  const std::string_view segment = rest.substr(0, slash);
  rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  return segment;
}

void check_row(const Route& route, const std::vector<Route>& others) {
  if (!route.path.starts_with('/')) refuse(route.path, "a path begins with /");
  if (!route.handler) refuse(route.path, "it has no handler");
  if (route.method == Method::kHead || route.method == Method::kOptions) {
    refuse(route.path, "HEAD and OPTIONS are answered by the server from the other rows");
  }
  if (route.cookie_allowed && route.method != Method::kGet) {
    refuse(route.path, "a cookie authenticates GET and HEAD alone");
  }
  if (route.doc.id.empty()) return;
  for (const Route& other : others) {
    if (other.doc.id == route.doc.id) {
      refuse(route.path, fmt::format("the document id {} is that of {} too", route.doc.id, other.path));
    }
  }
}

}  // namespace

Router::Router() {
  nodes_.emplace_back();
}

std::size_t Router::new_node() {
  nodes_.emplace_back();
  return nodes_.size() - 1;
}

std::size_t Router::child_for(std::size_t node, std::string_view segment, std::string_view whole_path) {
  if (!segment.starts_with('{')) {
    for (const auto& [text, child] : nodes_[node].literals) {
      if (text == segment) return child;
    }
    const std::size_t child = new_node();
    nodes_[node].literals.emplace_back(segment, child);
    return child;
  }
  if (!segment.ends_with('}') || segment.size() < 3) refuse(whole_path, "a name is written {name}");
  std::string_view name = segment.substr(1, segment.size() - 2);
  const bool takes_rest = name.ends_with(kRestMark);
  if (takes_rest) name.remove_suffix(kRestMark.size());
  if (const std::size_t known = takes_rest ? nodes_[node].rest : nodes_[node].named; known != 0) {
    const std::string& known_name = takes_rest ? nodes_[node].rest_name : nodes_[node].name;
    if (known_name != name) refuse(whole_path, fmt::format("another row says {{{}}} there", known_name));
    return known;
  }
  const std::size_t child = new_node();
  (takes_rest ? nodes_[node].rest : nodes_[node].named) = child;
  (takes_rest ? nodes_[node].rest_name : nodes_[node].name) = name;
  return child;
}

void Router::add(Route route) {
  check_row(route, routes_);
  std::size_t node = 0;
  std::size_t names = 0;
  bool ended = false;
  std::string_view rest = std::string_view{route.path}.substr(1);
  const bool is_root = rest.empty();
  for (bool more = !is_root; more;) {
    if (ended) refuse(route.path, "{name:path} is the last segment");
    more = rest.find('/') != std::string_view::npos;
    const std::string_view segment = take_segment(rest);
    names += segment.starts_with('{') ? 1 : 0;
    ended = segment.ends_with(":path}");
    node = child_for(node, segment, route.path);
  }
  if (names > kPathValuesMax) refuse(route.path, fmt::format("more than {} names", kPathValuesMax));
  std::size_t& row = nodes_[node].rows[index_of(route.method)];
  if (row != 0) refuse(route.path, fmt::format("a second row for {}", method_text(route.method)));
  routes_.push_back(std::move(route));
  row = routes_.size();
}

bool Router::walk(std::size_t node, std::string_view rest, Match& match, std::size_t& found) const {
  std::string_view after = rest;
  const bool last = rest.find('/') == std::string_view::npos;
  const std::string_view segment = take_segment(after);
  const auto enter = [&](std::size_t child) {
    if (!last) return walk(child, after, match, found);
    found = child;
    return std::ranges::any_of(nodes_[child].rows, [](std::size_t row) { return row != 0; });
  };
  const Node& here = nodes_[node];
  for (const auto& [text, child] : here.literals) {
    if (text == segment && enter(child)) return true;
  }
  if (here.named != 0 && !segment.empty()) {
    match.values[match.value_count++] = {here.name, segment};
    if (enter(here.named)) return true;
    --match.value_count;
  }
  if (here.rest == 0) return false;
  match.values[match.value_count++] = {here.rest_name, rest};
  found = here.rest;
  return true;
}

Router::Match Router::find(Method method, std::string_view path) const {
  Match match;
  if (!path.starts_with('/')) return match;
  path.remove_prefix(1);
  std::size_t found = 0;
  if (path.empty()) {
    const auto& rows = nodes_[0].rows;
    if (std::ranges::all_of(rows, [](std::size_t row) { return row == 0; })) {
      if (!walk(0, path, match, found)) return match;
    }
  } else if (!walk(0, path, match, found)) {
    match.value_count = 0;
    return match;
  }
  const auto& rows = nodes_[found].rows;
  for (const Method each : kMethods) {
    if (rows[index_of(each)] != 0)
      match.methods = static_cast<std::uint8_t>(match.methods | 1U << index_of(each));
  }
  const std::size_t row = rows[index_of(method == Method::kHead ? Method::kGet : method)];
  if (row != 0) match.route = &routes_[row - 1];
  return match;
}

std::string_view method_text(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
    case Method::kOptions:
      return "OPTIONS";
  }
  return "GET";
}

std::string allow_text(std::uint8_t methods) {
  std::string text;
  for (const Method each : kMethods) {
    const bool has = (methods >> index_of(each) & 1U) != 0;
    const bool has_get = (methods >> index_of(Method::kGet) & 1U) != 0;
    if (has || each == Method::kOptions || (each == Method::kHead && has_get)) {
      if (!text.empty()) text += ", ";
      text += method_text(each);
    }
  }
  return text;
}

Result<std::optional<auth::Caller>> authorise(const Route& route, const Request& request,
                                              Authenticator& authenticator) {
  if (!route.auth.least_role()) return std::optional<auth::Caller>{};
  std::string_view token;
  if (const std::string* header = request.header("authorization")) token = bearer_token(*header);
  const bool reads = request.method == Method::kGet || request.method == Method::kHead;
  if (token.empty() && route.cookie_allowed && reads) {
    if (const std::string* cookies = request.header("cookie")) token = cookie_value(*cookies, kMediaCookie);
  }
  if (token.empty()) return Error{ErrorKind::kUnauthenticated, ClientText{"Not authenticated"}};
  Result<auth::Caller> caller = authenticator.authenticate(token);
  if (!caller) return caller.error();
  if (!caller->has(*route.auth.least_role())) {
    return Error{ErrorKind::kForbidden, ClientText{"Not enough permissions"}};
  }
  return std::optional<auth::Caller>{std::move(*caller)};
}

}  // namespace sentinel::http
