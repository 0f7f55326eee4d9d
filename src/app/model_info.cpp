#include "app/model_info.hpp"

#include <fmt/format.h>

#include <fstream>

#include "auth/keys.hpp"
#include "vision/openvino/openvino_detector.hpp"

namespace sentinel::app {

std::string file_sha256(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  return auth::sha256_hex(in);
}

Result<std::string> model_info_text(const std::string& path) {
  auto info = vision::describe_model(path, "");
  if (!info) return info.error();
  info->sha256 = file_sha256(path);  // last: it takes its time, and only a model is worth it
  std::string classes;
  for (const std::string& name : info->class_names) classes += (classes.empty() ? "" : ", ") + name;
  return fmt::format(
      "file: {}\nsha256: {}\ninput: {} x {} (width x height)\nhead: {}\nclasses ({}): {}\nlicence: {}\n",
      info->file, info->sha256, info->input_width, info->input_height, info->head, info->class_names.size(),
      classes, info->license);
}

}  // namespace sentinel::app
