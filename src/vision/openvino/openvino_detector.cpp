#include "vision/openvino/openvino_detector.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <openvino/openvino.hpp>
#include <span>
#include <stdexcept>
#include <thread>
#include <utility>

#include "vision/letterbox.hpp"
#include "vision/nms.hpp"
#include "vision/openvino/model_file.hpp"
#include "vision/yolo_head.hpp"

namespace sentinel::vision {
namespace {

constexpr std::size_t kDefaultSlotsMax = 8;

// What one call of infer() needs for itself, made once.
struct Slot {
  Letterbox letterbox;
  YoloHead head;
  ov::InferRequest request;
  ov::Tensor picture;  // u8 [1, 3, H, W]
  ov::Tensor output;   // f32 [1, 4 + classes, N]
  std::vector<domain::Detection> candidates;
};

class OpenVinoDetector final : public Detector {
 public:
  OpenVinoDetector(const ModelFile& file, const std::vector<int>& wanted, const DetectorConfig& config,
                   ov::CompiledModel compiled)
      : info_{file.info},
        groups_{info_.class_names, config.class_groups},
        aliases_{info_.class_names, config.class_aliases},
        score_min_{config.score_min},
        suppression_{.iou_max = config.iou_max},
        compiled_{std::move(compiled)} {
    for (std::size_t i = 0; i < config.slots; ++i) {
      Slot slot{Letterbox{info_.input_width, info_.input_height},
                YoloHead{file.head, wanted},
                compiled_.create_infer_request(),
                ov::Tensor{ov::element::u8, compiled_.input().get_shape()},
                ov::Tensor{ov::element::f32, compiled_.output().get_shape()},
                {}};
      slot.request.set_input_tensor(slot.picture);
      slot.request.set_output_tensor(slot.output);
      slots_.push_back(std::move(slot));
    }
  }

  const ModelInfo& info() const override { return info_; }
  std::size_t slots() const override { return slots_.size(); }

  std::vector<domain::Detection> infer(std::size_t index, const domain::Frame& frame) override {
    Slot& slot = slots_.at(index);
    const Placement placement =
        slot.letterbox.draw(frame, std::span{slot.picture.data<std::uint8_t>(), slot.picture.get_size()});
    try {
      slot.request.infer();
    } catch (const ov::Exception& failure) {
      throw std::runtime_error(fmt::format("inference on {} failed: {}", info_.device, failure.what()));
    }
    slot.head.decode(std::span{slot.output.data<const float>(), slot.output.get_size()}, score_min_,
                     placement, slot.candidates);
    aliases_.apply(slot.candidates, frame.width, frame.height);
    return suppress_overlaps(slot.candidates, groups_, suppression_);
  }

 private:
  ModelInfo info_;
  ClassGroups groups_;
  ClassAliases aliases_;
  float score_min_;
  SuppressionConfig suppression_;
  ov::CompiledModel compiled_;
  std::vector<Slot> slots_;
};

std::size_t core_count() {
  return std::max(std::thread::hardware_concurrency(), 1U);
}

Status check(const DetectorConfig& config) {
  if (!(config.score_min > 0 && config.score_min < 1))
    return invalid("the score threshold must lie between 0 and 1");
  if (!(config.iou_max > 0 && config.iou_max <= 1))
    return invalid("the IoU threshold must lie between 0 and 1");
  if (config.slots > kSlotsMax) {
    return invalid(fmt::format("at most {} inferences may be in flight, not {}", kSlotsMax, config.slots));
  }
  return {};
}

Result<std::vector<int>> find_classes(const ModelInfo& info, const std::vector<std::string>& wanted) {
  std::vector<int> ids;
  for (const std::string& name : wanted) {
    const auto known = std::find(info.class_names.begin(), info.class_names.end(), name);
    if (known == info.class_names.end()) {
      return invalid(
          fmt::format("class {}: model {} has {}", name, info.file, fmt::join(info.class_names, ", ")));
    }
    ids.push_back(static_cast<int>(known - info.class_names.begin()));
  }
  return ids;
}

// "GPU" stands for the first of several, which OpenVINO then lists as GPU.0, GPU.1.
bool has_device(const std::vector<std::string>& present, const std::string& wanted) {
  return std::any_of(present.begin(), present.end(), [&wanted](const std::string& device) {
    return device == wanted || device.starts_with(wanted + ".");
  });
}

// AUTO is settled here, once: OpenVINO's own AUTO would start on the CPU, move later, and hide which one
// runs.
Result<std::string> choose_device(const std::vector<std::string>& present, const std::string& wanted) {
  if (wanted == "AUTO") return std::string{has_device(present, "GPU") ? "GPU" : "CPU"};
  if (!wanted.empty() && has_device(present, wanted)) return wanted;
  return invalid(fmt::format("device {}: this machine has {}; AUTO takes the best of them", wanted,
                             fmt::join(present, ", ")));
}

// The model with the conversion of u8 RGB planes to its own 0..1 in front.
std::shared_ptr<ov::Model> with_preprocessing(const std::shared_ptr<ov::Model>& model) {
  ov::preprocess::PrePostProcessor steps{model};
  steps.input().tensor().set_element_type(ov::element::u8).set_layout("NCHW");
  steps.input().model().set_layout("NCHW");
  steps.input().preprocess().convert_element_type(ov::element::f32).scale(255.F);
  steps.output().tensor().set_element_type(ov::element::f32);
  return steps.build();
}

// One stream of one thread for each slot: the slots' inferences then share nothing and need no barriers,
// which on 2 cores gave more inferences a second than one stream of 2 threads. With fewer slots than cores, a
// stream gets several threads.
ov::AnyMap cpu_settings(std::size_t slots) {
  const std::size_t cores = core_count();
  const std::size_t streams = std::min(slots, cores);
  return {ov::num_streams(static_cast<int>(streams)), ov::inference_num_threads(static_cast<int>(cores)),
          ov::hint::enable_cpu_pinning(false)};
}

ov::AnyMap gpu_settings(std::size_t slots) {
  return {ov::hint::performance_mode(ov::hint::PerformanceMode::THROUGHPUT),
          ov::hint::num_requests(static_cast<unsigned>(slots))};
}

}  // namespace

std::vector<std::string> list_devices() {
  return ov::Core{}.get_available_devices();
}

Result<ModelInfo> describe_model(const std::string& model_path, const std::string& sha256) {
  ov::Core core;
  auto file = read_model_file(core, model_path);
  if (!file) return file.error();
  file->info.sha256 = sha256;
  return std::move(file->info);
}

Result<std::unique_ptr<Detector>> open_detector(const DetectorConfig& config) {
  if (const Status right = check(config); !right) return right.error();
  ov::Core core;
  const auto device = choose_device(core.get_available_devices(), config.device);
  if (!device) return device.error();
  auto file = read_model_file(core, config.model_path);
  if (!file) return file.error();
  const auto wanted = find_classes(file->info, config.classes);
  if (!wanted) return wanted.error();
  file->info.sha256 = config.sha256;
  file->info.device = *device;
  DetectorConfig settled = config;
  if (settled.slots == 0) settled.slots = std::min(core_count(), kDefaultSlotsMax);
  try {
    const ov::AnyMap settings = *device == "CPU" ? cpu_settings(settled.slots) : gpu_settings(settled.slots);
    ov::CompiledModel compiled = core.compile_model(with_preprocessing(file->model), *device, settings);
    return std::unique_ptr<Detector>{
        std::make_unique<OpenVinoDetector>(*file, *wanted, settled, std::move(compiled))};
  } catch (const ov::Exception& failure) {
    return unavailable(fmt::format("model {}: device {} cannot run it", config.model_path, *device),
                       failure.what());
  }
}

}  // namespace sentinel::vision
