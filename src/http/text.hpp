// The small texts of HTTP: percent-encoding, query strings, lists in headers, names without case.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace sentinel::http {

// Replaces %XX by its byte; what is no valid escape stays as it is. Empty when a zero byte comes out: no name
// of ours has one, and C interfaces below would read half of it.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

// "a=1&b=x%20y&flag" -> {a,1} {b,"x y"} {flag,""}, in order. Empty on a zero byte.
std::optional<NameValues> parse_query(std::string_view text);

// The path and the query of a request target, still encoded: also of "http://host/path?query".
struct Target {
  std::string_view path;
  std::string_view query;
};
Target split_target(std::string_view target);

bool equals_ignoring_case(std::string_view one, std::string_view other);
std::string_view trim(std::string_view text);  // spaces and tabs
std::string lower(std::string_view text);      // ASCII alone

// Calls `each` with every trimmed, non-empty element of a comma-separated header value.
template <class Each>
void for_each_element(std::string_view list, Each&& each) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view element = trim(list.substr(0, comma));
    if (!element.empty()) each(element);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}
bool list_contains(std::string_view list, std::string_view element);  // without case

// Whether a client with this Accept-Encoding takes the coding: it is named, or "*" is, and not with q=0.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);

// The token of "Bearer <token>" (the scheme without case); empty when it is another scheme or none.
std::string_view bearer_token(std::string_view authorization);
// The value of one cookie of a Cookie header; empty when absent.
std::string_view cookie_value(std::string_view cookies, std::string_view name);

}  // namespace sentinel::http
