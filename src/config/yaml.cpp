#include "config/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace sentinel::config {
namespace {

int line_of(const YAML::Mark& mark) {
  return mark.line + 1;
}

// Thrown through yaml-cpp's parser, caught in parse_yaml().
[[noreturn]] void refuse(const YAML::Mark& mark, std::string message) {
  throw YamlFault{line_of(mark), std::move(message)};
}

// Builds the value while yaml-cpp parses: depth and aliases are refused before anything is built of them.
class Builder final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_extras(mark, {}, anchor);
    if (expects_key()) refuse(mark, "a key must be text; put it in quotes");
    add(mark, {});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "aliases are not supported; write the value out, or put text that begins with * in quotes");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_extras(mark, tag, anchor);
    if (!expects_key()) return add(mark, value);
    Open& map = open_.back();
    if (!map.keys.insert(value).second) {
      refuse(mark, fmt::format("the key '{}' stands here a second time; each key may stand once", value));
    }
    map.key = value;
    path_.emplace_back(value);
    lines_.set(path_, line_of(mark));  // a map or list under a key has the key's line: there one looks for it
    path_.pop_back();
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    start(mark, tag, anchor, false);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    start(mark, tag, anchor, true);
  }
  void OnMapEnd() override { end(); }

  YamlDocument take() {
    if (root_.is_null()) {
      root_ = json::Object{};
      lines_.set({}, 1);
    }
    return {std::move(root_), std::move(lines_)};
  }

 private:
  struct Open {
    bool is_map = false;
    json::Array items{};               // of a list
    json::Object members{};            // of a map
    std::set<std::string> keys{};      // of those, to find a doubled one in a map of any size
    std::optional<std::string> key{};  // of the member that comes next
  };

  bool expects_key() const { return !open_.empty() && open_.back().is_map && !open_.back().key; }

  static void refuse_extras(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) {
      refuse(mark, "anchors are not supported; put text that begins with & in quotes");
    }
    if (!tag.empty() && tag != "?" && tag != "!") {
      refuse(mark, "tags are not supported; put text that begins with ! in quotes");
    }
  }

  // Goes down to the value that comes next in the innermost open container.
  void push_step(const YAML::Mark& mark) {
    if (open_.empty()) {
      lines_.set(path_, line_of(mark));
    } else if (open_.back().is_map) {
      path_.emplace_back(*open_.back().key);
    } else {
      path_.emplace_back(static_cast<std::int64_t>(open_.back().items.size()));
      lines_.set(path_, line_of(mark));
    }
  }

  void start(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, bool is_map) {
    refuse_extras(mark, tag, anchor);
    if (expects_key()) refuse(mark, "a key must be text");
    if (open_.size() >= kYamlDepthMax) {
      refuse(mark, fmt::format("nested too deeply; at most {} levels are allowed", kYamlDepthMax));
    }
    push_step(mark);
    open_.push_back({is_map});
  }

  void end() {
    Open done = std::move(open_.back());
    open_.pop_back();
    place(done.is_map ? json::Value{std::move(done.members)} : json::Value{std::move(done.items)});
  }

  void add(const YAML::Mark& mark, json::Value value) {
    push_step(mark);
    place(std::move(value));
  }

  // Puts the finished value where push_step() went down to, and goes back up.
  void place(json::Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    path_.pop_back();
    Open& parent = open_.back();
    if (!parent.is_map) {
      parent.items.push_back(std::move(value));
      return;
    }
    parent.members.push_back({*std::move(parent.key), std::move(value)});
    parent.key.reset();
  }

  json::Value root_;
  YamlLines lines_;
  std::vector<Open> open_;
  schema::Loc path_;
};

std::optional<YamlFault> unfit_text(std::string_view text) {
  if (text.size() > kYamlBytesMax) {
    return YamlFault{1, fmt::format("the file has over {} bytes; that is the bound", kYamlBytesMax)};
  }
  // yaml-cpp takes byte 4 for the end of the file, and a reader of the file would not see where it stands.
  const auto bad = std::find_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
  });
  if (bad == text.end()) return std::nullopt;
  const auto line = 1 + std::count(text.begin(), bad, '\n');
  return YamlFault{static_cast<int>(line), "a control character; only tabs and line ends are allowed"};
}

// yaml-cpp's message ends in a piece of the text where it has a colon: left out, it may be of a secret.
std::string safe_message(const std::string& message) {
  if (message.starts_with("the referenced anchor")) {
    return "aliases are not supported; put text that begins with * in quotes";
  }
  if (message.starts_with("illegal document indicator in scalar") ||
      message.starts_with("illegal EOF in scalar")) {
    return "this is not YAML: a quote is not closed";
  }
  return "this is not YAML: " + message.substr(0, message.find(": "));
}

// The parser may find at the end of the file what is wrong with its last line.
int last_line(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  return static_cast<int>(1 + std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

void YamlLines::set(const schema::Loc& path, int line) {
  lines_[path] = line;
}

int YamlLines::at(const schema::Loc& path) const {
  schema::Loc at = path;
  for (;;) {
    const auto found = lines_.find(at);
    if (found != lines_.end()) return found->second;
    if (at.empty()) return 1;
    at.pop_back();
  }
}

std::variant<YamlDocument, YamlFault> parse_yaml(std::string_view text) {
  if (auto fault = unfit_text(text)) return std::move(*fault);
  try {
    // yaml-cpp takes a quote that is still open at the last line end for closed; the mark of the document's
    // end it does refuse inside a quote.
    std::istringstream in{std::string{text} + "\n...\n"};
    YAML::Parser parser{in};
    Builder builder;
    if (!parser.HandleNextDocument(builder)) return builder.take();
    Builder second;
    if (parser.HandleNextDocument(second)) {
      return YamlFault{1, "the file holds a second document; one is allowed"};
    }
    return builder.take();
  } catch (const YamlFault& fault) {
    return YamlFault{std::min(fault.line, last_line(text)), fault.message};
  } catch (const YAML::Exception& failure) {
    return YamlFault{std::clamp(line_of(failure.mark), 1, last_line(text)), safe_message(failure.msg)};
  }
}

}  // namespace sentinel::config
