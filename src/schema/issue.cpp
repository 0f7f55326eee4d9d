#include "schema/issue.hpp"

namespace sentinel::schema {

void Issues::add(Issue issue, json::Value input) {
  issue.loc = path_;
  issue.input = std::move(input);
  list_.push_back(std::move(issue));
}

void Issues::mask_from(std::size_t first) {
  for (std::size_t i = first; i < list_.size(); ++i) list_[i].input = kMasked;
}

std::string to_detail_text(const std::vector<Issue>& issues) {
  json::Array detail;
  for (const Issue& issue : issues) {
    json::Array loc;
    for (const auto& step : issue.loc) {
      if (const auto* name = std::get_if<std::string>(&step)) {
        loc.emplace_back(*name);
      } else {
        loc.emplace_back(std::get<std::int64_t>(step));
      }
    }
    json::Object entry{
        {"type", issue.type}, {"loc", std::move(loc)}, {"msg", issue.msg}, {"input", issue.input}};
    if (!issue.ctx.empty()) entry.push_back({"ctx", issue.ctx});
    detail.emplace_back(std::move(entry));
  }
  return json::to_text(json::Object{{"detail", std::move(detail)}});
}

std::string to_line(const Issue& issue) {
  std::string out;
  for (const auto& step : issue.loc) {
    if (!out.empty()) out.push_back('.');
    if (const auto* name = std::get_if<std::string>(&step)) {
      out += *name;
    } else {
      out += std::to_string(std::get<std::int64_t>(step));
    }
  }
  return out + ": " + issue.msg;
}

}  // namespace sentinel::schema
