// What is wrong with an input, in the shape and the words of Pydantic v2, which clients of the first system
// read.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "json/json.hpp"

namespace sentinel::schema {

// "body", "tags", 3
using Loc = std::vector<std::variant<std::string, std::int64_t>>;

struct Issue {
  std::string type;  // "greater_than_equal"
  std::string msg;   // "Input should be greater than or equal to 1"
  json::Object ctx;  // {"ge": 1}; left out of the text when empty
  Loc loc{};
  json::Value input{};
};

inline constexpr const char* kMasked = "**********";

// Collects every issue of one input, with the path to the value that is being read.
class Issues {
 public:
  // For the time of one nested value: the path is longer by one step.
  class Step {
   public:
    Step(Issues& issues, std::string name) : issues_{issues} { issues_.path_.emplace_back(std::move(name)); }
    Step(Issues& issues, std::int64_t index) : issues_{issues} { issues_.path_.emplace_back(index); }
    ~Step() { issues_.path_.pop_back(); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Issues& issues_;
  };

  // Adds an issue at the present path. A secret's input is masked by whoever knows that it is one.
  void add(Issue issue, json::Value input);
  std::size_t count() const { return list_.size(); }
  bool empty() const { return list_.empty(); }
  const std::vector<Issue>& list() const { return list_; }
  // Replaces the input of the issues from `first` on: for secret fields.
  void mask_from(std::size_t first);

 private:
  Loc path_;
  std::vector<Issue> list_;
};

// {"detail":[{"type":…,"loc":[…],"msg":…,"input":…,"ctx":{…}}]}
std::string to_detail_text(const std::vector<Issue>& issues);
// "body.tags.3: Input should be …": for logs, the terminal and configuration errors.
std::string to_line(const Issue& issue);

}  // namespace sentinel::schema
