// A gzip file's content, for clients that take no gzip.
#pragma once

#include <string>
#include <string_view>

namespace sentinel::api {

// For the program's own assets alone: what the file says of its size is believed. Throws std::runtime_error
// for what is no gzip file of one member.
std::string gunzip(std::string_view file);

}  // namespace sentinel::api
