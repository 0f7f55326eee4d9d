#include "api/pages.hpp"

#include <memory>
#include <mutex>

#include "api/assets.hpp"
#include "api/gunzip.hpp"
#include "api/openapi.hpp"
#include "api/schemas/system.hpp"
#include "http/error_map.hpp"
#include "http/text.hpp"

namespace sentinel::api {
namespace {

// What a page may do: use this server alone, and no inline script or style. The UI writes text only as text,
// so it gives up the browser's ways of reading text as HTML, too.
constexpr const char* kUiPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";
// blob: for the pictures among the replies that Swagger UI shows.
constexpr const char* kSwaggerPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src "
    "'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
// Redoc makes an empty <style>, which it fills by script, and one that says what the second digest stands
// for.
constexpr const char* kRedocPolicy =
    "default-src 'none'; script-src 'self'; "
    "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' "
    "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const char* policy_of(const Asset& asset) {
  if (asset.path.starts_with("/ui/")) return kUiPolicy;
  return asset.path.starts_with("/api/redoc") ? kRedocPolicy : kSwaggerPolicy;
}

Result<HealthResponse> health(Services& services) {
  HealthResponse out;
  out.version = services.version;
  return out;
}

bool wants_html(const http::Request& request) {
  const std::string* accept = request.header("accept");
  return accept != nullptr && accept->find("text/html") != std::string::npos;
}

http::Response redirect(const char* where) {
  http::Response response;
  response.status = 307;
  response.content_type.clear();
  response.headers = {{"Location", where}, {"Cache-Control", "no-store"}};
  return response;
}

bool takes_gzip(const http::Request& request) {
  const std::string* codings = request.header("accept-encoding");
  return codings != nullptr && http::accepts_coding(*codings, "gzip");
}

// An asset as it is without gzip: made once, when a client first asks for it.
struct Unpacked {
  std::once_flag once;
  std::string content;
  const std::string& of(const Asset& asset) {
    std::call_once(once, [&] { content = gunzip(asset.gzip); });
    return content;
  }
};

http::Response asset_response(const Asset& asset, Unpacked& unpacked, const http::Request& request) {
  const bool as_gzip = takes_gzip(request);
  std::string etag{asset.etag};
  if (!as_gzip) etag.insert(etag.size() - 1, "-plain");  // other bytes, another tag
  http::Response response;
  response.headers = {{"ETag", etag},
                      {"Cache-Control", "no-cache"},
                      {"Vary", "Accept-Encoding"},
                      {"Content-Security-Policy", policy_of(asset)}};
  const std::string* known = request.header("if-none-match");
  if (known != nullptr && known->find(etag) != std::string::npos) {
    response.status = 304;
    response.content_type.clear();
    return response;
  }
  response.content_type = asset.content_type;
  if (as_gzip) response.headers.emplace_back("Content-Encoding", "gzip");
  response.body = as_gzip ? asset.gzip : std::string_view{unpacked.of(asset)};
  return response;
}

http::Route page(std::string_view path, http::Handler handler) {
  http::Route row{.method = http::Method::kGet,
                  .path = std::string{path},
                  .auth = http::Auth::open(),
                  .run = http::Run::kInline,
                  .handler = std::move(handler),
                  .doc = {}};
  row.documented = false;
  return row;
}

}  // namespace

void add_page_routes(RouteTable& table) {
  http::Route root = table.bound(http::Method::kGet, "/", health,
                                 {.id = "health",
                                  .tag = "system",
                                  .summary = "Is the server up; a browser is sent to the UI",
                                  .auth = http::Auth::open(),
                                  .run = http::Run::kInline});
  root.handler = [json = root.handler](const http::Request& request, const auth::Caller* caller) {
    return wants_html(request) ? redirect("/ui/") : json(request, caller);
  };
  table.add(std::move(root));
  table.add(page("/ui", [](const http::Request&, const auth::Caller*) { return redirect("/ui/"); }));
  for (const Asset& asset : web_assets()) {
    table.add(page(asset.path, [&asset, unpacked = std::make_shared<Unpacked>()](const http::Request& request,
                                                                                 const auth::Caller*) {
      return asset_response(asset, *unpacked, request);
    }));
  }
}

void add_document_route(RouteTable& table, const std::string& version) {
  const auto text = std::make_shared<const std::string>(
      json::to_text(openapi_document(table.rows(), table.components(), version)));
  table.add(page("/api/openapi.json", [text](const http::Request&, const auth::Caller*) {
    http::Response response;
    response.body = *text;
    return response;
  }));
}

}  // namespace sentinel::api
