// Bytes that have arrived and are not used yet.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sentinel::http {

// Taking from the front moves nothing: however many small things one receive brings, each byte is moved once.
class Unread {
 public:
  void append(std::string_view bytes) {
    bytes_.erase(0, used_);
    used_ = 0;
    bytes_.append(bytes);
  }
  // Good until the next append().
  std::string_view view() const { return std::string_view{bytes_}.substr(used_); }
  void consume(std::size_t count) {
    used_ += count;
    if (used_ == bytes_.size()) clear();
  }
  bool empty() const { return bytes_.empty(); }
  void clear() {
    bytes_.clear();
    used_ = 0;
  }
  // Gives the memory back when nothing is unread and it is more than that.
  void shrink_to(std::size_t capacity_max) {
    if (bytes_.empty() && bytes_.capacity() > capacity_max) bytes_.shrink_to_fit();
  }

 private:
  std::string bytes_;
  std::size_t used_ = 0;  // of bytes_, from its front; less than its size, unless that is 0
};

}  // namespace sentinel::http
