#include "http/responder.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "http/error_map.hpp"
#include "http/text.hpp"

namespace sentinel::http {
namespace {

Plan answered(Response response) {
  Plan plan;
  plan.answer = std::move(response);
  return plan;
}

bool has_header(const Response& response, std::string_view name) {
  return std::ranges::any_of(response.headers,
                             [&](const auto& pair) { return equals_ignoring_case(pair.first, name); });
}

std::string describe(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& exception) {
    return exception.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

}  // namespace

Plan Responder::plan(Request& request) const {
  if (auto preflight = cors_.preflight(request)) return answered(std::move(*preflight));
  const Router::Match match = router_.find(request.method, request.path);
  if (match.methods == 0) return answered(detail_response(404, "Not Found"));
  if (match.route == nullptr) {
    const bool asks = request.method == Method::kOptions;
    Response response = asks ? Response{} : detail_response(405, "Method Not Allowed");
    if (asks) response.status = 204;
    response.headers.emplace_back("Allow", allow_text(match.methods));
    return answered(std::move(response));
  }
  Plan plan;
  try {
    Result<std::optional<auth::Caller>> caller = authorise(*match.route, request, authenticator_);
    if (!caller) {
      log_failure(caller.error(), request.id);
      return answered(error_response(caller.error()));
    }
    plan.caller = std::move(*caller);
  } catch (...) {
    return answered(from_exception(std::current_exception(), request));
  }
  plan.route = match.route;
  for (std::size_t i = 0; i < match.value_count; ++i) {
    request.path_values.emplace_back(match.values[i].first, match.values[i].second);
  }
  return plan;
}

Response Responder::run(const Plan& plan, const Request& request) const {
  try {
    return plan.route->handler(request, plan.caller ? &*plan.caller : nullptr);
  } catch (...) {
    return from_exception(std::current_exception(), request);
  }
}

Response Responder::from_exception(const std::exception_ptr& thrown, const Request& request) const {
  std::optional<Error> mapped;
  try {
    if (mapper_) mapped = mapper_(thrown);
  } catch (...) {  // a mapper may rethrow what it does not know
    mapped.reset();
  }
  const Error error = mapped ? std::move(*mapped) : internal(describe(thrown));
  log_failure(error, request.id);
  return error_response(error);
}

void Responder::finish(const Request& request, Response& response) const {
  cors_.mark(request, response);
  response.headers.emplace_back("X-Request-Id", request.id);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  if (!has_header(response, "X-Frame-Options")) response.headers.emplace_back("X-Frame-Options", "DENY");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  // No path: the request could not be read, and may have been meant for the API.
  if ((request.path.empty() || request.path.starts_with("/api")) && !has_header(response, "Cache-Control")) {
    response.headers.emplace_back("Cache-Control", "no-store");
  }
}

}  // namespace sentinel::http
