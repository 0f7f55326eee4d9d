#include "api/gunzip.hpp"

#include <zlib.h>

#include <cstddef>
#include <stdexcept>

namespace sentinel::api {
namespace {

constexpr int kGzipWindow = 16 + MAX_WBITS;  // zlib's way to say: a gzip header, and the largest window
constexpr std::size_t kSizeBytes = 4;        // at the end of the file, least significant first

std::size_t stated_size(std::string_view file) {
  std::size_t size = 0;
  for (std::size_t i = 1; i <= kSizeBytes; ++i) {
    size = size << 8U | static_cast<unsigned char>(file[file.size() - i]);
  }
  return size;
}

}  // namespace

std::string gunzip(std::string_view file) {
  z_stream stream{};
  if (file.size() <= kSizeBytes || inflateInit2(&stream, kGzipWindow) != Z_OK) {
    throw std::runtime_error("an asset cannot be unpacked");
  }
  std::string content(stated_size(file), '\0');
  // zlib reads alone from next_in, whatever its type says.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(file.data()));
  stream.avail_in = static_cast<uInt>(file.size());
  stream.next_out = reinterpret_cast<Bytef*>(content.data());
  stream.avail_out = static_cast<uInt>(content.size());
  const int ended = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  if (ended != Z_STREAM_END || stream.avail_out != 0) throw std::runtime_error("an asset cannot be unpacked");
  return content;
}

}  // namespace sentinel::api
