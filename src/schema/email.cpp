// The rules of Pydantic's EmailStr (python-email-validator without DNS), in the order in which it tries them.
// The table stands in tests/contract/pydantic_errors.md. What needs Unicode's tables is left as it was sent:
// letters beyond ASCII are neither composed nor put in lower case.
#include <fmt/ranges.h>
#include <re2/re2.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <span>

#include "schema/constraints.hpp"

namespace sentinel::schema {
namespace {

using Fault = std::optional<std::string>;

constexpr std::string_view kLocalSigns = "_!#$%&'*+-/=?^`{|}~.";

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

// The characters but ASCII's letters and digits, `signs` and all beyond ASCII: each once, sorted, as
// email-validator lists them.
std::string forbidden_in(std::string_view part, std::string_view signs) {
  std::set<std::string> names;
  for (const char c : part) {
    const auto code = static_cast<unsigned char>(c);
    if (code >= 0x80 || std::isalnum(code) != 0 || signs.find(c) != std::string_view::npos) continue;
    names.insert(c == ' '                  ? "SPACE"
                 : std::iscntrl(code) != 0 ? fmt::format("U+{:04X}", code)
                 : c == '\\' || c == '\''  ? fmt::format("\"{}\"", c)
                                           : fmt::format("'{}'", c));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

Fault too_long(const char* sentence, std::size_t length, std::size_t most) {
  if (length <= most) return std::nullopt;
  return fmt::format("{} ({} character{} too many).", sentence, length - most, length == most + 1 ? "" : "s");
}

// The sentence of the first expression that is found in the text.
struct Rule {
  std::string_view expression;
  const char* sentence;
};
Fault first_fault(std::span<const Rule> rules, std::string_view text) {
  for (const Rule& rule : rules) {
    if (matches(rule.expression, text)) return rule.sentence;
  }
  return std::nullopt;
}

Fault local_fault(std::string_view local) {
  static constexpr Rule kShape[] = {{"^$", "There must be something before the @-sign."},
                                    {"^\".*\"$", "Quoting the part before the @-sign is not allowed here."}};
  static constexpr Rule kPeriods[] = {
      {"[.]$", "An email address cannot have a period immediately before the @-sign."},
      {"^[.]", "An email address cannot start with a period."},
      {"[.][.]", "An email address cannot have two periods in a row."}};
  if (auto fault = first_fault(kShape, local)) return fault;
  if (const std::string list = forbidden_in(local, kLocalSigns); !list.empty()) {
    return "The email address contains invalid characters before the @-sign: " + list + ".";
  }
  return first_fault(kPeriods, local);
}

Fault domain_fault(std::string_view domain) {
  static constexpr Rule kShape[] = {
      {"^$", "There must be something after the @-sign."},
      {"^\\[.*\\]$", "A bracketed IP address after the @-sign is not allowed here."}};
  static constexpr Rule kSigns[] = {
      {"[.]$", "An email address cannot end with a period."},
      {"^[.]", "An email address cannot have a period immediately after the @-sign."},
      {"[.][.]", "An email address cannot have two periods in a row."},
      {"-$", "An email address cannot end with a hyphen."},
      {"^-", "An email address cannot have a hyphen immediately after the @-sign."},
      {"[.]-|-[.]", "An email address cannot have a period and a hyphen next to each other."},
      {"(^|[.])([^x.].|x[^n.])--",
       "An email address cannot have two letters followed by two dashes immediately after the @-sign or "
       "after a period, except Punycode."}};
  static constexpr Rule kEnding[] = {
      {"^[^.]*$", "The part after the @-sign is not valid. It should have a period."},
      {"[0-9]$", "The part after the @-sign is not valid. It is not within a valid top-level domain."},
      {"[.](arpa|invalid|local|localhost|onion|test)$",
       "The part after the @-sign is a special-use or reserved name that cannot be used with email."}};
  if (auto fault = first_fault(kShape, domain)) return fault;
  if (auto fault = too_long("The email address is too long after the @-sign", domain.size(), 253))
    return fault;
  if (const std::string list = forbidden_in(domain, "-."); !list.empty()) {
    return "The part after the @-sign contains invalid characters: " + list + ".";
  }
  if (auto fault = first_fault(kSigns, domain)) return fault;
  static const re2::RE2 kLongLabel{"([^.]{64,})"};
  std::string label;
  if (re2::RE2::PartialMatch(std::string{domain}, kLongLabel, &label)) {
    return too_long("After the @-sign, periods cannot be separated by so many characters", label.size(), 63);
  }
  return first_fault(kEnding, domain);
}

// What is wrong with a `name <address>` of another form than the one that is taken for the address.
Fault bracket_fault(std::string_view name, std::string_view bracketed) {
  static constexpr Rule kBrackets[] = {
      {"^[^>]*$",
       "An open angle bracket at the start of the email address has to be followed by a close angle bracket "
       "at the end."},
      {"[^>]$", "There can't be anything after the email address."},
      {"", "A display name and angle brackets around the email address are not permitted here."}};
  const std::string list = forbidden_in(name, " _!#$%&'*+-/=?^`{|}~");
  if (name.starts_with('"') || list.empty()) return first_fault(kBrackets, bracketed);
  return "The display name contains invalid characters when not quoted: " + list + ".";
}

// The address of "name <address>"; other texts as they are, without space around.
std::string bare(const std::string& text) {
  static const re2::RE2 kNamed{
      R"re(\s*(?:(?:[\pL\pN_!#$%&'*+\-/=?^`{|}~]+\s+)*[\pL\pN_!#$%&'*+\-/=?^`{|}~]+|"(?:[^"]|\\")+")?\s*<(.+)>\s*)re"};
  std::string inner;
  return trimmed(re2::RE2::FullMatch(text, kNamed, &inner) ? inner : text);
}

}  // namespace

std::optional<std::string> email_fault(std::string& text) {
  if (code_points(text) > 2048) return "Length must not exceed 2048 characters";
  const std::string address = bare(text);
  static const re2::RE2 kBeforeSign{R"re((?s)(?:"(?:[^"\\]|\\.)*"?|[^@<"])*)re"};  // quoted signs are text
  re2::StringPiece rest{address};
  re2::RE2::Consume(&rest, kBeforeSign);
  const std::size_t at = address.size() - rest.size();
  if (at == address.size()) {
    const bool wide = address.find("\uff20") != std::string::npos;
    const bool small = address.find("\ufe6b") != std::string::npos;
    if (!wide && !small) return "An email address must have an @-sign.";
    return fmt::format("The email address has the {} character instead of a regular at-sign.",
                       wide ? "\"full-width\" at-sign (@)" : "\"small commercial at\"");
  }
  if (address[at] == '<') return bracket_fault(address.substr(0, at), address.substr(at));
  std::string local = address.substr(0, at);
  const std::string domain = lower(std::string_view{address}.substr(at + 1));
  if (auto fault = local_fault(local)) return fault;
  if (auto fault = domain_fault(domain)) return fault;
  if (auto fault = too_long("The email address is too long", address.size(), 254)) return fault;
  constexpr std::string_view kRoleMailbox =
      "^(?i:abuse|ftp|hostmaster|info|marketing|news|noc|postmaster|sales|security|support|usenet|uucp|"
      "webmaster|www)$";
  if (matches(kRoleMailbox, local)) local = lower(local);
  text = local + "@" + domain;
  return std::nullopt;
}

}  // namespace sentinel::schema
