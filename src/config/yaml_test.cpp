#include "config/yaml.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sentinel::config {
namespace {

YamlDocument read(const std::string& text) {
  auto parsed = parse_yaml(text);
  if (const auto* fault = std::get_if<YamlFault>(&parsed)) {
    ADD_FAILURE() << fault->line << ": " << fault->message;
    return {};
  }
  return std::get<YamlDocument>(std::move(parsed));
}

std::string fault_of(const std::string& text) {
  auto parsed = parse_yaml(text);
  const auto* fault = std::get_if<YamlFault>(&parsed);
  return fault == nullptr ? "fine" : std::to_string(fault->line) + ": " + fault->message;
}

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Yaml, KeepsScalarsAsTextAndOnlyNothingAsNull) {
  const auto document = read("a: 0123\nb: yes\nc: 1.50\nd: ~\ne: null\nf:\ng: 'null'\nh: \"\"\n");
  EXPECT_EQ(json::to_text(document.value),
            R"({"a":"0123","b":"yes","c":"1.50","d":null,"e":null,"f":null,"g":"null","h":""})");
}

TEST(Yaml, ReadsNestedMapsAndListsInBothStyles) {
  const auto document = read("a:\n  - b: 1\n    c: [x, {y: z}]\n  - d\n");
  EXPECT_EQ(json::to_text(document.value), R"({"a":[{"b":"1","c":["x",{"y":"z"}]},"d"]})");
}

TEST(Yaml, KnowsTheLineOfEveryValue) {
  const auto document = read("# comment\na:\n  - b: 1\n    c:\n      - x\n  - d\ne: 2\n");
  EXPECT_EQ(document.lines.at({"a"}), 2);
  EXPECT_EQ(document.lines.at({"a", 0}), 3);
  EXPECT_EQ(document.lines.at({"a", 0, "c"}), 4);
  EXPECT_EQ(document.lines.at({"a", 0, "c", 0}), 5);
  EXPECT_EQ(document.lines.at({"a", 1}), 6);
  EXPECT_EQ(document.lines.at({"e"}), 7);
  EXPECT_EQ(document.lines.at({"a", 0, "missing"}), 3) << "what is missing stands where its parent does";
}

TEST(Yaml, TakesAnEmptyFileForAnEmptyMap) {
  EXPECT_EQ(json::to_text(read("").value), "{}");
  EXPECT_EQ(json::to_text(read("# nothing\n").value), "{}");
  EXPECT_EQ(json::to_text(read("---\n").value), "{}");
  EXPECT_EQ(json::to_text(read("---\na: 1\n...\n").value), R"({"a":"1"})");
}

TEST(Yaml, RefusesDoubledKeys) {
  EXPECT_EQ(fault_of("a: 1\nb: 2\na: 3\n"),
            "3: the key 'a' stands here a second time; each key may stand once");
  EXPECT_EQ(fault_of("x: {a: 1, a: 2}\n"),
            "1: the key 'a' stands here a second time; each key may stand once");
  EXPECT_EQ(fault_of("x: {a: 1}\ny: {a: 2}\n"), "fine");
}

TEST(Yaml, RefusesAliasBombs) {
  std::string bomb = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 20; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + ", " + before + "]\n";
  }
  EXPECT_TRUE(fault_of(bomb).starts_with("1: anchors are not supported")) << fault_of(bomb);
}

TEST(Yaml, RefusesAnchorsAliasesAndTagsWithoutRepeatingThem) {
  // All three may be a password that its owner forgot to put in quotes.
  for (const char* text :
       {"p: *hunter2\n", "p: &hunter2\n", "p: !hunter2\n", "p: !!int hunter2\n", "p: *hunter2:x\n"}) {
    const std::string fault = fault_of(text);
    EXPECT_TRUE(fault.starts_with("1: ")) << text << fault;
    EXPECT_EQ(fault.find("hunter2"), std::string::npos) << fault;
  }
}

TEST(Yaml, RefusesWhatIsTooDeepOrTooLarge) {
  EXPECT_EQ(fault_of(repeated("[", 16) + repeated("]", 16)), "fine");
  EXPECT_EQ(fault_of(repeated("[", 17) + repeated("]", 17)),
            "1: nested too deeply; at most 16 levels are allowed");
  // The parser may stumble over another rule first; it must stop early, and not by the stack's end.
  for (const char* opening : {"[", "{a: ", "- ", "? ", "a: [", "[\n"}) {
    EXPECT_NE(fault_of(repeated(opening, 100000)), "fine") << opening;
  }
  EXPECT_TRUE(fault_of("a: " + std::string(kYamlBytesMax, 'x')).ends_with("that is the bound"));
}

TEST(Yaml, ReadsAWideMapInReasonableTime) {
  std::string wide;
  for (int i = 0; i < 60000; ++i) wide += "k" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(read(wide).value.as_object()->size(), 60000U);
}

TEST(Yaml, RefusesOtherOddities) {
  EXPECT_EQ(fault_of("a: 1\n---\nb: 2\n"), "1: the file holds a second document; one is allowed");
  EXPECT_EQ(fault_of("[a]: 1\n"), "1: a key must be text");
  EXPECT_EQ(fault_of("~: 1\n"), "1: a key must be text; put it in quotes");
  EXPECT_EQ(fault_of(std::string("a: 1\nb: \x04 2\n")),
            "2: a control character; only tabs and line ends are allowed");
  EXPECT_TRUE(fault_of("a: 1\n b: 2\n").starts_with("2: this is not YAML: ")) << fault_of("a: 1\n b: 2\n");
  for (const char* open : {"a: \"open\n", "a: 'open\nb: 2\n", "a: \"open"}) {
    EXPECT_TRUE(fault_of(open).ends_with(": this is not YAML: a quote is not closed")) << fault_of(open);
  }
  EXPECT_EQ(json::to_text(read("a: |\n  x\n  y\n").value), R"({"a":"x\ny\n"})");
}

}  // namespace
}  // namespace sentinel::config
