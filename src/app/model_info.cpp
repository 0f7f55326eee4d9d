#include "app/model_info.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "auth/keys.hpp"
#include "vision/openvino/openvino_detector.hpp"

namespace sentinel::app {

std::string file_sha256(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  return in ? auth::sha256_hex(std::string{std::istreambuf_iterator<char>{in}, {}}) : "";
}

Result<std::string> model_info_text(const std::string& path) {
  const auto info = vision::describe_model(path, file_sha256(path));
  if (!info) return info.error();
  std::string classes;
  for (const std::string& name : info->class_names) classes += (classes.empty() ? "" : ", ") + name;
  return fmt::format(
      "file: {}\nsha256: {}\ninput: {} x {} (width x height)\nhead: {}\nclasses ({}): {}\nlicence: {}\n",
      info->file, info->sha256, info->input_width, info->input_height, info->head, info->class_names.size(),
      classes, info->license);
}

}  // namespace sentinel::app
