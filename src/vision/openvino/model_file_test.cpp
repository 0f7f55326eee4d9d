#include "vision/openvino/model_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/fakes/temp_folder.hpp"
#include "vision/openvino/tiny_models.hpp"

namespace sentinel::vision {
namespace {

using testing::Test;

class ModelFileTest : public Test {
 protected:
  std::string save(const std::shared_ptr<ov::Model>& model) {
    const std::string path = (folder_.path() / "model.xml").string();
    ov::save_model(model, path, false);
    return path;
  }
  std::string write(const std::string& name, const std::string& content) {
    const std::string path = (folder_.path() / name).string();
    std::ofstream{path} << content;
    return path;
  }
  // What is wrong with a file, as a client reads it.
  std::string refusal(const std::string& path) {
    const auto file = read_model_file(core_, path);
    if (file) return "accepted";
    EXPECT_EQ(file.error().kind, ErrorKind::kInvalid);
    EXPECT_NE(file.error().message.find(path), std::string::npos) << "the message names the file";
    return file.error().message;
  }
  std::string refusal(const TinyModel& tiny) { return refusal(save(make_blind_model(tiny))); }

  fakes::TempFolder folder_;
  ov::Core core_;
};

void expect_says(const std::string& message, const std::vector<std::string>& words) {
  for (const std::string& word : words)
    EXPECT_NE(message.find(word), std::string::npos) << word << " in: " << message;
}

TEST_F(ModelFileTest, ReadsWhatTheModelIs) {
  auto model = make_blind_model({});
  model->set_rt_info(std::string{"AGPL-3.0"}, "model_info", "license");
  const auto file = read_model_file(core_, save(model));
  ASSERT_TRUE(file) << file.error().describe();
  EXPECT_EQ(file->info.class_names, (std::vector<std::string>{"person", "car", "traffic light"}));
  EXPECT_EQ(file->info.input_width, 160);
  EXPECT_EQ(file->info.input_height, 96);
  EXPECT_EQ(file->info.head, "[1, 7, 50]");
  EXPECT_EQ(file->info.license, "AGPL-3.0");
  EXPECT_EQ(file->head.classes, 3U);
  EXPECT_EQ(file->head.candidates, 50U);
}

TEST_F(ModelFileTest, NamesClassesThatHaveNoNames) {
  const auto file = read_model_file(core_, save(make_blind_model({.labels = ""})));
  ASSERT_TRUE(file) << file.error().describe();
  EXPECT_EQ(file->info.class_names, (std::vector<std::string>{"class_0", "class_1", "class_2"}));
}

TEST_F(ModelFileTest, SetsABatchOfAnySizeToOne) {
  const auto file = read_model_file(core_, save(make_blind_model({.input = {-1, 3, 96, 160}})));
  ASSERT_TRUE(file) << file.error().describe();
  EXPECT_EQ(file->model->input().get_shape(), (ov::Shape{1, 3, 96, 160}));
}

TEST_F(ModelFileTest, RefusesFilesThatAreNoModel) {
  expect_says(refusal(std::string{"/nowhere/model.onnx"}), {"no such file"});
  expect_says(refusal(std::string{"weights/best.pt"}), {"yolo export model=best.pt format=onnx"});
  expect_says(refusal(write("model.engine", "x")), {".onnx", ".xml"});
  expect_says(refusal(folder_.path().string() + "/"), {".onnx"});
  expect_says(refusal(write("empty.onnx", "")), {"it is empty"});
  expect_says(refusal(write("text.onnx", "this is no model")), {"damaged"});
  expect_says(refusal(write("alone.xml", "<net/>")), {"alone.bin"});
  ASSERT_EQ(::mkfifo((folder_.path() / "pipe.onnx").c_str(), 0600), 0);
  expect_says(refusal((folder_.path() / "pipe.onnx").string()), {"no regular file"});
  std::filesystem::create_directory(folder_.path() / "folder.xml");
  expect_says(refusal((folder_.path() / "folder.xml").string()), {"no regular file"});
  write("broken.bin", "");
  expect_says(refusal(write("broken.xml", "<net name=")), {"damaged"});
}

TEST_F(ModelFileTest, SaysInOneSentenceWhatTheRuntimeSaysInMany) {
  const std::string path = write("text.onnx", "this is no model");
  const auto file = read_model_file(core_, path);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().describe(),
            "model " + path +
                ": the file is damaged or no model; needed is a whole .onnx, or an .xml of OpenVINO IR");
}

TEST_F(ModelFileTest, RefusesOtherInputs) {
  expect_says(refusal(TinyModel{.input = {1, 96, 160, 3}}), {"[1, 96, 160, 3]", "[1, 3, H, W]"});
  expect_says(refusal(TinyModel{.input = {3, 96, 160}}), {"[3, 96, 160]"});
  expect_says(refusal(TinyModel{.input = {1, 3, -1, -1}}), {"[1, 3, ?, ?]", "fixed"});
  expect_says(refusal(TinyModel{.input = {4, 3, 96, 160}}), {"[4, 3, 96, 160]"});
  expect_says(refusal(TinyModel{.input = {1, 1, 96, 160}}), {"[1, 1, 96, 160]"});
  expect_says(refusal(TinyModel{.input_type = ov::element::u8}), {"of u8"});
  expect_says(refusal(TinyModel{.input = ov::PartialShape::dynamic()}), {"of any rank"});
}

TEST_F(ModelFileTest, RefusesOtherHeads) {
  expect_says(refusal(TinyModel{.output = {1, 50, 7}}), {"[1, 50, 7]", "[1, 4+classes, N]", "[1, 7, N]"});
  expect_says(refusal(TinyModel{.output = {1, 300, 6}, .labels = ""}), {"[1, 300, 6]"});
  expect_says(refusal(TinyModel{.output = {1, 84, 50}}), {"[1, 84, 50]", "3 class names"});
  expect_says(refusal(TinyModel{.output = {1, 1000}}), {"[1, 1000]"});
  expect_says(refusal(TinyModel{.second_output = true}), {"2 outputs"});
}

TEST(ParsePythonNames, Table) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(parse_python_names("{0: 'person', 1: 'traffic light'}"), (Names{"person", "traffic light"}));
  EXPECT_EQ(parse_python_names(R"({0: "driver's seat", 1: 'a\'b'})"), (Names{"driver's seat", "a'b"}));
  EXPECT_EQ(parse_python_names("{0:'a',1:'b'}"), (Names{"a", "b"}));
  EXPECT_EQ(parse_python_names("{}"), Names{});
  EXPECT_EQ(parse_python_names(""), Names{});
  EXPECT_EQ(parse_python_names("{1: 'a'}"), Names{}) << "keys count from 0";
  EXPECT_EQ(parse_python_names("{0: 'a', 2: 'b'}"), Names{});
  EXPECT_EQ(parse_python_names("{0: 'a"), Names{});
  EXPECT_EQ(parse_python_names("{0: a}"), Names{});
  EXPECT_EQ(parse_python_names("['a', 'b']"), Names{});
}

// The model that script/setup brings, where it did.
TEST(RealModel, IsDescribed) {
  for (const std::string path : {"models/yolov12n_384x640.xml", "models/yolov12n.onnx"}) {
    ASSERT_TRUE(std::filesystem::exists(path)) << path << " is not here: script/setup brings it";
    ov::Core core;
    const auto file = read_model_file(core, path);
    ASSERT_TRUE(file) << file.error().describe();
    EXPECT_EQ(file->info.class_names.size(), 80U);
    EXPECT_EQ(file->info.class_names[0], "person");
    EXPECT_EQ(file->info.class_names[9], "traffic light");
    EXPECT_NE(file->info.license.find("AGPL-3.0"), std::string::npos);
  }
}

}  // namespace
}  // namespace sentinel::vision
