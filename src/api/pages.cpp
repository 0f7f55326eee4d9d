#include "api/pages.hpp"

#include <memory>

#include "api/assets.hpp"
#include "api/openapi.hpp"
#include "api/schemas/system.hpp"
#include "http/error_map.hpp"

namespace sentinel::api {
namespace {

// Scripts and pictures of this server alone; live pictures are data: or blob: of the page's own making.
// Inline styles: Swagger UI and ReDoc set them by script.
constexpr const char* kPolicy =
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; worker-src 'self' "
    "blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

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

http::Response asset_response(const Asset& asset, const http::Request& request) {
  http::Response response;
  response.headers = {
      {"ETag", std::string{asset.etag}}, {"Cache-Control", "no-cache"}, {"Content-Security-Policy", kPolicy}};
  const std::string* known = request.header("if-none-match");
  if (known != nullptr && known->find(asset.etag) != std::string::npos) {
    response.status = 304;
    response.content_type.clear();
    return response;
  }
  response.content_type = asset.content_type;
  response.headers.emplace_back("Content-Encoding", "gzip");
  response.body = asset.gzip;
  return response;
}

const Asset* find_asset(std::string_view path) {
  for (const Asset& asset : web_assets()) {
    if (asset.path == path) return &asset;
  }
  return nullptr;
}

http::Route page(const char* path, http::Handler handler) {
  http::Route row{.method = http::Method::kGet,
                  .path = path,
                  .auth = http::Auth::open(),
                  .run = http::Run::kInline,
                  .handler = std::move(handler),
                  .doc = {}};
  row.documented = false;
  return row;
}

void add_asset(RouteTable& table, const char* path, const char* asset) {
  table.add(page(path, [asset](const http::Request& request, const auth::Caller*) {
    const Asset* found = find_asset(asset);
    return found != nullptr ? asset_response(*found, request) : http::error_response(not_found("Not Found"));
  }));
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
  add_asset(table, "/ui/", "index.html");
  add_asset(table, "/ui/app.js", "app.js");
  add_asset(table, "/api/docs", "docs.html");
  add_asset(table, "/api/redoc", "redoc.html");
  table.add(page("/api/docs/{file}", [](const http::Request& request, const auth::Caller*) {
    const Asset* found = find_asset(request.path_values.front().second);
    return found != nullptr ? asset_response(*found, request) : http::error_response(not_found("Not Found"));
  }));
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
