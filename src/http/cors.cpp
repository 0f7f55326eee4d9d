#include "http/cors.hpp"

#include <algorithm>
#include <array>

#include "http/text.hpp"

namespace sentinel::http {
namespace {

constexpr std::string_view kMethods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
constexpr std::string_view kHeaders =
    "Accept, Accept-Language, Authorization, Content-Language, Content-Type, X-Requested-With";
constexpr std::string_view kExposed = "Retry-After, X-Request-Id";
constexpr std::string_view kAskedMethod = "access-control-request-method";
constexpr std::string_view kMaxAgeSeconds = "600";

void allow_origin(Response& response, const std::string& origin) {
  response.headers.emplace_back("Access-Control-Allow-Origin", origin);
  response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
  response.headers.emplace_back("Vary", "Origin");
}

bool is_preflight(const Request& request) {
  return request.method == Method::kOptions && request.header("origin") != nullptr &&
         request.header(kAskedMethod) != nullptr;
}

Response text_response(int status, std::string body) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

bool all_headers_known(const Request& request) {
  const std::string* asked = request.header("access-control-request-headers");
  bool known = true;
  if (asked != nullptr) {
    for_each_element(*asked, [&](std::string_view name) { known = known && list_contains(kHeaders, name); });
  }
  return known;
}

}  // namespace

bool Cors::allows(std::string_view origin) const {
  return origin != "*" && std::ranges::find(origins_, origin) != origins_.end();
}

std::optional<Response> Cors::preflight(const Request& request) const {
  const std::string* origin = request.header("origin");
  if (!is_preflight(request)) return std::nullopt;
  std::string refused;
  if (!allows(*origin)) return text_response(400, "Disallowed CORS origin");
  if (!list_contains(kMethods, *request.header(kAskedMethod))) refused = "method";
  if (!all_headers_known(request)) refused += refused.empty() ? "headers" : ", headers";
  Response response =
      refused.empty() ? text_response(200, "OK") : text_response(400, "Disallowed CORS " + refused);
  allow_origin(response, *origin);
  response.headers.emplace_back("Access-Control-Allow-Methods", kMethods);
  response.headers.emplace_back("Access-Control-Allow-Headers", kHeaders);
  response.headers.emplace_back("Access-Control-Max-Age", kMaxAgeSeconds);
  return response;
}

void Cors::mark(const Request& request, Response& response) const {
  const std::string* origin = request.header("origin");
  if (origin == nullptr || !allows(*origin) || is_preflight(request))
    return;  // preflight() has marked its own
  allow_origin(response, *origin);
  response.headers.emplace_back("Access-Control-Expose-Headers", kExposed);
}

bool Cors::may_open_socket(const Request& request) const {
  const std::string* origin = request.header("origin");
  if (origin == nullptr || allows(*origin)) return true;
  const std::string* host = request.header("host");
  const std::size_t scheme = origin->find("://");
  if (host == nullptr || scheme == std::string::npos) return false;
  return equals_ignoring_case(std::string_view{*origin}.substr(scheme + 3), *host);
}

}  // namespace sentinel::http
