// The web pages inside the program: the UI, Swagger UI, Redoc. script/prepare_web.py makes them,
// cmake/Assets.cmake embeds them; see there for what is served where.
#pragma once

#include <span>
#include <string_view>

namespace sentinel::api {

struct Asset {
  std::string_view path;          // "/ui/app.js": where it is served, exactly
  std::string_view content_type;  // with the charset
  std::string_view etag;          // a strong one, in its quotes; of the gzipped bytes
  std::string_view gzip;          // the body, to be sent with Content-Encoding: gzip
};

// All of them, for the life of the program.
std::span<const Asset> web_assets();

}  // namespace sentinel::api
