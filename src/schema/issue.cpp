#include "schema/issue.hpp"

namespace sentinel::schema {
namespace {

json::Value value_of(const Loc::value_type& step) {
  return std::visit([](const auto& plain) { return json::Value{plain}; }, step);
}

}  // namespace

void Issues::add(Issue issue, json::Value input) {
  if (list_.size() >= kIssuesMax) return;
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
    for (const auto& step : issue.loc) loc.push_back(value_of(step));
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
    const auto* name = std::get_if<std::string>(&step);
    out += (out.empty() ? "" : ".") + (name != nullptr ? *name : json::to_text(value_of(step)));
  }
  return out + ": " + issue.msg;
}

}  // namespace sentinel::schema
