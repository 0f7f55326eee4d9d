// Any text as a target, a query, a list, a cookie header or an Authorization: no zero byte comes out, and
// nothing that was not there.
#include "http/text.hpp"

#include <cstdlib>

namespace {

using namespace sentinel::http;

void require(bool truth) {
  if (!truth) std::abort();
}

bool is_inside(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

bool is_trimmed(std::string_view text) {
  return text.empty() ||
         (text.front() != ' ' && text.front() != '\t' && text.back() != ' ' && text.back() != '\t');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  for (const bool plus_is_space : {false, true}) {
    const auto decoded = percent_decode(text, plus_is_space);
    require(!decoded || (decoded->size() <= size && decoded->find('\0') == std::string::npos));
  }
  if (const auto query = parse_query(text)) {
    std::size_t bytes = 0;
    for (const auto& [name, value] : *query) bytes += name.size() + value.size();
    require(bytes <= size && query->size() <= size);
  }
  const Target target = split_target(text);
  require(target.path == "/" || is_inside(target.path, text));
  require(is_inside(target.query, text) && target.path.find('?') == std::string_view::npos);
  for_each_element(text, [&](std::string_view element) {
    require(!element.empty() && is_trimmed(element) && is_inside(element, text));
    require(list_contains(text, element));
  });
  const std::string_view token = bearer_token(text);
  require(is_trimmed(token) && is_inside(token, text));
  const std::string_view cookie = cookie_value(text, "a");
  require(is_inside(cookie, text) && cookie.find(';') == std::string_view::npos);
  (void)accepts_coding(text, "gzip");
  require(equals_ignoring_case(lower(text), text));
  return 0;
}
