#include "config/dotenv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace sentinel::config {
namespace {

constexpr std::string_view kSpace = " \t";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
  const auto fits = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  return !text.empty() && is_letter(text[0]) && std::all_of(text.begin(), text.end(), fits);
}

// What follows a closing quote may only be a comment.
bool ends_well(std::string_view rest) {
  const std::string_view text = trimmed(rest);
  return text.empty() || text[0] == '#';
}

std::optional<std::string> single_quoted(std::string_view text) {
  const auto end = text.find('\'', 1);
  if (end == std::string_view::npos || !ends_well(text.substr(end + 1))) return std::nullopt;
  return std::string{text.substr(1, end - 1)};
}

std::optional<std::string> double_quoted(std::string_view text) {
  std::string out;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return ends_well(text.substr(i + 1)) ? std::optional{out} : std::nullopt;
    if (text[i] != '\\') {
      out.push_back(text[i]);
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    switch (text[i]) {
      case 'n':
        out.push_back('\n');
        break;
      case 't':
        out.push_back('\t');
        break;
      case '\\':
      case '"':
      case '$':
        out.push_back(text[i]);
        break;
      default:
        return std::nullopt;
    }
  }
  return std::nullopt;
}

std::string_view unquoted(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '#' && (i == 0 || kSpace.find(text[i - 1]) != std::string_view::npos)) {
      return trimmed(text.substr(0, i));
    }
  }
  return text;
}

// `text` is what follows the =, without spaces around it.
std::optional<std::string> value_of(std::string_view text) {
  if (text.starts_with('\'')) return single_quoted(text);
  if (text.starts_with('"')) return double_quoted(text);
  return std::string{unquoted(text)};
}

class Reader {
 public:
  explicit Reader(const std::string& file) : file_{file} {}

  void read_line(std::string_view text) {
    ++line_;
    if (text.ends_with('\r')) text.remove_suffix(1);
    text = trimmed(text);
    if (text.empty() || text[0] == '#') return;
    if (text.starts_with("export ") || text.starts_with("export\t")) text = trimmed(text.substr(7));
    const auto equals = text.find('=');
    const std::string_view name = trimmed(text.substr(0, equals));
    if (equals == std::string_view::npos || !is_name(name)) {
      return complain("", "not a setting; allowed: NAME=value, a comment after #, an empty line");
    }
    if (text.find('\0') != std::string_view::npos) return complain(name, "holds a zero byte");
    auto value = value_of(trimmed(text.substr(equals + 1)));
    if (!value) {
      return complain(
          name,
          "the quotes are wrong; allowed: 'literal' or \"text\" with \\n \\t \\\\ \\\" \\$, closed on "
          "the same line and followed by nothing but a comment");
    }
    const auto [known, fresh] = lines_.emplace(std::string{name}, line_);
    if (!fresh)
      return complain(name, fmt::format("stated a second time; the first is in line {}", known->second));
    out_.value.push_back({line_, std::string{name}, *std::move(value)});
  }

  void complain(std::string_view name, std::string what) {
    out_.problems.push_back(
        {{fmt::format("{}:{}", file_, std::max(line_, 1)), std::string{name}}, std::move(what)});
  }

  Checked<std::vector<DotenvLine>> take() { return std::move(out_); }

 private:
  const std::string& file_;
  int line_ = 0;
  std::map<std::string, int> lines_;
  Checked<std::vector<DotenvLine>> out_;
};

}  // namespace

Checked<std::vector<DotenvLine>> parse_dotenv(const SourceFile& file) {
  Reader reader{file.name};
  std::string_view rest = file.text;
  if (rest.size() > kDotenvBytesMax) {
    reader.complain("", fmt::format("the file has over {} bytes; that is the bound", kDotenvBytesMax));
    return reader.take();
  }
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    reader.read_line(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  return reader.take();
}

}  // namespace sentinel::config
