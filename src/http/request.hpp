// One HTTP request and its reply, free of any library's types.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sentinel::http {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };

using NameValues = std::vector<std::pair<std::string, std::string>>;

struct Request {
  Method method = Method::kGet;
  std::string path;        // percent-decoded, without the query
  NameValues query;        // decoded, in the order of the text
  NameValues headers;      // names in lower case
  NameValues path_values;  // of the route's {name} segments
  std::string body;
  std::string peer_address;  // numeric, without the port
  bool peer_is_loopback = false;
  std::string id;  // of this request: in the reply's X-Request-Id and in every log line

  // The value of the first header of that lower-case name, null when it is absent.
  const std::string* header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  NameValues headers;
};

}  // namespace sentinel::http
