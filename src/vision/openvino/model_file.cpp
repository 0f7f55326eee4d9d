#include "vision/openvino/model_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <openvino/openvino.hpp>
#include <optional>
#include <system_error>

#include "base/log.hpp"
#include "vision/openvino/openvino_detector.hpp"

namespace sentinel::vision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kInputNeeded = "[1, 3, H, W] of f32 or f16";
constexpr std::string_view kHeadNeeded =
    "[1, 4+classes, N], as `yolo export model=FILE format=onnx` writes it for version 8 and later";
constexpr std::int64_t kSideMax = 4096;
constexpr std::int64_t kClassesMax = 10'000;

std::string shape_text(const ov::PartialShape& shape) {
  if (shape.rank().is_dynamic()) return "of any rank";
  std::vector<std::string> sizes;
  for (const ov::Dimension& size : shape) {
    sizes.push_back(size.is_static() ? fmt::format("{}", size.get_length()) : std::string{"?"});
  }
  return fmt::format("[{}]", fmt::join(sizes, ", "));
}

Error wrong(const std::string& path, std::string_view what) {
  return invalid(fmt::format("model {}: {}", path, what));
}

// The runtime's own words go on for lines.
Error wrong(const std::string& path, std::string_view what, const std::exception& failure) {
  log::debug("model", "{}: {}", path, failure.what());
  return wrong(path, what);
}

// `name` begins the sentence that says what is wrong with `file`, of the model at `path`.
Status check_regular(const std::string& path, const fs::path& file, std::string_view name,
                     std::string_view absent) {
  std::error_code failure;
  const fs::file_status status = fs::status(file, failure);
  if (status.type() == fs::file_type::not_found) return wrong(path, absent);
  if (failure) return wrong(path, fmt::format("{} cannot be looked at: {}", name, failure.message()));
  if (!fs::is_regular_file(status)) return wrong(path, fmt::format("{} is no regular file", name));
  return {};
}

}  // namespace

Status check_model_file(const std::string& path) {
  const fs::path file{path};
  const std::string extension = file.extension().string();
  if (extension == ".pt") {
    return wrong(path,
                 fmt::format("a PyTorch file cannot be run; export it once: yolo export model={} format=onnx",
                             file.filename().string()));
  }
  if (extension != ".onnx" && extension != ".xml") {
    return wrong(path, "a file .onnx or .xml (OpenVINO IR) is needed");
  }
  if (const Status fit = check_regular(path, file, "it", "there is no such file"); !fit) return fit;
  std::error_code failure;
  if (fs::file_size(file, failure) == 0) return wrong(path, "it is empty");
  if (extension == ".onnx") return {};
  const fs::path weights = fs::path{file}.replace_extension(".bin");
  const std::string name = weights.filename().string();
  return check_regular(path, weights, name, fmt::format("its weights, {}, are not beside it", name));
}

namespace {

Result<std::shared_ptr<ov::Model>> read(ov::Core& core, const std::string& path) {
  try {
    return core.read_model(path);
  } catch (const std::exception& failure) {
    return wrong(path, "the file is damaged or no model; needed is a whole .onnx, or an .xml of OpenVINO IR",
                 failure);
  }
}

// A batch of any size is set to 1.
Status check_input(ov::Model& model, const std::string& path) {
  if (model.inputs().size() != 1) {
    return wrong(path,
                 fmt::format("it has {} inputs; one is needed, {}", model.inputs().size(), kInputNeeded));
  }
  const ov::PartialShape shape = model.input().get_partial_shape();
  const ov::element::Type type = model.input().get_element_type();
  const auto is = [&shape](std::ptrdiff_t at, std::int64_t size) {
    return shape[at].is_static() && shape[at].get_length() == size;
  };
  const auto is_side = [&shape](std::ptrdiff_t at) {
    return shape[at].is_static() && shape[at].get_length() >= 32 && shape[at].get_length() <= kSideMax;
  };
  const bool right_type = type == ov::element::f32 || type == ov::element::f16;
  if (!right_type || shape.rank().is_dynamic() || shape.size() != 4 || !is(1, 3) || !is_side(2) ||
      !is_side(3) || !(is(0, 1) || shape[0].is_dynamic())) {
    return wrong(path, fmt::format("its input is {} of {}; needed is {}, H and W fixed and 32 to {}",
                                   shape_text(shape), type.get_type_name(), kInputNeeded, kSideMax));
  }
  if (shape[0].is_static()) return {};
  try {
    model.reshape(ov::PartialShape{1, 3, shape[2], shape[3]});
  } catch (const std::exception& failure) {
    return wrong(path, "it cannot run with a batch of 1; export it with batch=1", failure);
  }
  return {};
}

Result<HeadShape> check_head(const ov::Model& model, const std::string& path, std::size_t names) {
  if (model.outputs().size() != 1) {
    return wrong(path,
                 fmt::format("it has {} outputs; one is needed, {}", model.outputs().size(), kHeadNeeded));
  }
  const ov::PartialShape shape = model.output().get_partial_shape();
  if (shape.is_static() && shape.size() == 3 && shape[0].get_length() == 1) {
    const std::int64_t rows = shape[1].get_length();
    const std::int64_t candidates = shape[2].get_length();
    // Without names only the proportion tells the two apart: every such model has more candidates than
    // classes.
    const bool right =
        names > 0 ? rows == static_cast<std::int64_t>(names) + 4 : rows > 4 && rows < candidates;
    if (right && rows <= kClassesMax) {
      return HeadShape{static_cast<std::size_t>(rows) - 4, static_cast<std::size_t>(candidates)};
    }
  }
  const std::string expected =
      names > 0 ? fmt::format("; its {} class names ask for [1, {}, N]", names, names + 4) : std::string{};
  return wrong(path,
               fmt::format("its output is {}{}; needed is {}", shape_text(shape), expected, kHeadNeeded));
}

std::optional<std::string> text_of(const ov::Model& model, const std::vector<std::string>& where) {
  if (!model.has_rt_info(where)) return std::nullopt;
  return model.get_rt_info<std::string>(where);
}

std::vector<std::string> split_labels(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) names.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  for (std::string& name : names) std::replace(name.begin(), name.end(), '_', ' ');
  return names;
}

std::vector<std::string> read_class_names(const ov::Model& model) {
  if (const auto names = text_of(model, {"framework", "names"})) return parse_python_names(*names);
  if (const auto labels = text_of(model, {"model_info", "labels"})) return split_labels(*labels);
  return {};
}

std::string read_license(const ov::Model& model) {
  if (const auto license = text_of(model, {"model_info", "license"})) return *license;
  return text_of(model, {"framework", "license"}).value_or("");
}

// Reads the quoted text at the start of `rest` and removes it.
std::optional<std::string> take_quoted(std::string_view& rest) {
  if (rest.empty() || (rest.front() != '\'' && rest.front() != '"')) return std::nullopt;
  const char quote = rest.front();
  std::string text;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == quote) {
      rest.remove_prefix(i + 1);
      return text;
    }
    if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
    text.push_back(rest[i]);
  }
  return std::nullopt;
}

void skip_any(std::string_view& rest, std::string_view of) {
  rest.remove_prefix(std::min(rest.find_first_not_of(of), rest.size()));
}

}  // namespace

std::vector<std::string> parse_python_names(std::string_view text) {
  std::vector<std::string> names;
  skip_any(text, " {");
  while (!text.empty() && text.front() != '}') {
    std::size_t key = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), key);
    if (failure != std::errc{} || key != names.size()) return {};
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    skip_any(text, " :");
    auto name = take_quoted(text);
    if (!name) return {};
    names.push_back(std::move(*name));
    skip_any(text, " ,");
  }
  return names;
}

Result<ModelFile> read_model_file(ov::Core& core, const std::string& path) {
  if (const Status readable = check_model_file(path); !readable) return readable.error();
  auto model = read(core, path);
  if (!model) return model.error();
  if (const Status input = check_input(**model, path); !input) return input.error();
  ModelFile file;
  file.model = std::move(*model);
  file.info.class_names = read_class_names(*file.model);
  const auto head = check_head(*file.model, path, file.info.class_names.size());
  if (!head) return head.error();
  file.head = *head;
  for (std::size_t i = file.info.class_names.size(); i < file.head.classes; ++i) {
    file.info.class_names.push_back(fmt::format("class_{}", i));
  }
  const ov::Shape input = file.model->input().get_shape();
  file.info.file = path;
  file.info.input_height = static_cast<int>(input[2]);
  file.info.input_width = static_cast<int>(input[3]);
  file.info.head = shape_text(file.model->output().get_partial_shape());
  file.info.license = read_license(*file.model);
  return file;
}

}  // namespace sentinel::vision
