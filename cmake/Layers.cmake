# Which module may include which: the only copy. CMake links by it, tests/tidy/tidy.py fails a forbidden include.
# "module: the modules it may include". base is everyone's.
set(SENTINEL_LAYERS
  "base:"
  "json: base"
  "schema: base json"
  "domain: base"
  "config: base json schema"
  "media: base domain"
  "vision: base domain"
  "analytics: base domain"
  "auth: base json schema"
  "storage: base json schema domain auth"
  "pipeline: base domain media vision analytics storage"
  "services: base json schema domain auth media analytics storage pipeline"
  "http: base json schema auth"
  "api: base json schema domain auth http services"
  "app: base json schema domain config auth media vision analytics storage pipeline services http api"
)
# Which module may include a third-party header, by the header's first path segment or name prefix.
# "prefix: the folders under src/"
set(SENTINEL_THIRD_PARTY_HOMES
  "boost/asio: http"
  "boost/beast: http"
  "openssl: http auth"
  "simdjson: json"
  "zlib: api"
  "sqlite3: storage/sqlite"
  "sodium: auth"
  "crypt.h: auth"
  "yaml-cpp: config"
  "libav: media/ffmpeg"
  "libsw: media/ffmpeg"
  "turbojpeg: media"
  "openvino: vision/openvino"
  "spdlog: base"
  "CLI: apps"
  "re2: schema"
)
