// Models of a few nodes for tests, saved as OpenVINO IR.
#pragma once

#include <openvino/openvino.hpp>
#include <openvino/opsets/opset13.hpp>
#include <string>
#include <vector>

namespace sentinel::vision {

namespace op = ov::opset13;

struct TinyModel {
  ov::PartialShape input{1, 3, 96, 160};
  ov::element::Type input_type = ov::element::f32;
  ov::Shape output{1, 7, 50};
  std::string labels = "person car traffic_light";
  bool second_output = false;
};

// Answers zeros whatever it sees.
inline std::shared_ptr<ov::Model> make_blind_model(const TinyModel& tiny) {
  const auto input = std::make_shared<op::Parameter>(tiny.input_type, tiny.input);
  const auto zeros = op::Constant::create(ov::element::f32, tiny.output, std::vector<float>{0.F});
  ov::ResultVector results{std::make_shared<op::Result>(zeros)};
  if (tiny.second_output) results.push_back(std::make_shared<op::Result>(zeros));
  auto model = std::make_shared<ov::Model>(results, ov::ParameterVector{input});
  if (!tiny.labels.empty()) model->set_rt_info(tiny.labels, "model_info", "labels");
  return model;
}

// Sees one box, centre (80, 48) and 40 x 20 in a picture of 160 x 96, whose classes "red", "green" and "blue"
// score what the means of these colours are, 0..1. All candidates are the same.
inline std::shared_ptr<ov::Model> make_colour_model() {
  constexpr std::size_t kCandidates = 20;
  const auto input = std::make_shared<op::Parameter>(ov::element::f32, ov::PartialShape{1, 3, 96, 160});
  const auto axes = op::Constant::create(ov::element::i64, {2}, std::vector<std::int64_t>{2, 3});
  const auto means = std::make_shared<op::ReduceMean>(input, axes, false);
  const auto last = op::Constant::create(ov::element::i64, {1}, std::vector<std::int64_t>{2});
  const auto column = std::make_shared<op::Unsqueeze>(means, last);
  const auto repeats =
      op::Constant::create(ov::element::i64, {3}, std::vector<std::int64_t>{1, 1, kCandidates});
  const auto scores = std::make_shared<op::Tile>(column, repeats);
  std::vector<float> values;
  for (const float value : {80.F, 48.F, 40.F, 20.F}) values.insert(values.end(), kCandidates, value);
  const auto boxes = op::Constant::create(ov::element::f32, {1, 4, kCandidates}, values);
  const auto output = std::make_shared<op::Concat>(ov::OutputVector{boxes, scores}, 1);
  auto model = std::make_shared<ov::Model>(ov::OutputVector{output}, ov::ParameterVector{input});
  model->set_rt_info(std::string{"red green blue"}, "model_info", "labels");
  return model;
}

}  // namespace sentinel::vision
