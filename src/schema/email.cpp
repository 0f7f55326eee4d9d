// The rules of Pydantic's EmailStr (python-email-validator without DNS), in the order in which it tries them.
// The table stands in tests/contract/pydantic_errors.md.
#include <algorithm>

#include "schema/constraints.hpp"

namespace sentinel::schema {
namespace {

using Fault = std::optional<std::string>;

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool is_beyond_ascii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

// The forbidden characters, each once, sorted, as email-validator lists them.
std::string forbidden_in(std::string_view part, std::string_view allowed_signs) {
  std::string seen;
  for (const char c : part) {
    if (is_alnum(c) || is_beyond_ascii(c) || allowed_signs.find(c) != std::string_view::npos) continue;
    if (seen.find(c) == std::string::npos) seen.push_back(c);
  }
  std::vector<std::string> names;
  for (const char c : seen) {
    if (c == ' ') {
      names.emplace_back("SPACE");
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      names.push_back(fmt::format("U+{:04X}", static_cast<unsigned>(c)));
    } else {
      names.push_back(c == '\\' ? "\"\\\"" : c == '\'' ? "\"'\"" : fmt::format("'{}'", c));
    }
  }
  std::sort(names.begin(), names.end());
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

Fault sign_fault(std::string_view part, char sign, const char* word, bool after_at) {
  const std::string twice{sign, sign};
  if (part.back() == sign) {
    return after_at ? fmt::format("An email address cannot end with a {}.", word)
                    : fmt::format("An email address cannot have a {} immediately before the @-sign.", word);
  }
  if (part.front() == sign) {
    return after_at ? fmt::format("An email address cannot have a {} immediately after the @-sign.", word)
                    : fmt::format("An email address cannot start with a {}.", word);
  }
  if (sign == '.' && part.find(twice) != std::string_view::npos) {
    return fmt::format("An email address cannot have two {}s in a row.", word);
  }
  return std::nullopt;
}

Fault local_fault(std::string_view local) {
  if (local.empty()) return "There must be something before the @-sign.";
  if (const std::string list = forbidden_in(local, "_!#$%&'*+-/=?^`{|}~."); !list.empty()) {
    return fmt::format("The email address contains invalid characters before the @-sign: {}.", list);
  }
  return sign_fault(local, '.', "period", false);
}

Fault label_fault(std::string_view domain) {
  for (std::size_t at = 0; at <= domain.size();) {
    const std::size_t dot = std::min(domain.find('.', at), domain.size());
    const std::string_view label = domain.substr(at, dot - at);
    if (label.size() > 3 && label.substr(2, 2) == "--" && label.substr(0, 2) != "xn") {
      return "An email address cannot have two letters followed by two dashes immediately after the @-sign "
             "or after "
             "a period, except Punycode.";
    }
    if (label.size() > 63) {
      const std::size_t over = label.size() - 63;
      return fmt::format(
          "After the @-sign, periods cannot be separated by so many characters ({} character{} too many).",
          over, over == 1 ? "" : "s");
    }
    at = dot + 1;
  }
  return std::nullopt;
}

Fault ending_fault(std::string_view domain) {
  if (domain.find('.') == std::string_view::npos) {
    return "The part after the @-sign is not valid. It should have a period.";
  }
  if (!is_letter(domain.back()) && !is_beyond_ascii(domain.back())) {
    return "The part after the @-sign is not valid. It is not within a valid top-level domain.";
  }
  std::string lower;
  for (const char c : domain) lower.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  for (const std::string_view name : {"arpa", "invalid", "local", "localhost", "onion", "test"}) {
    if (lower.size() > name.size() && lower.ends_with(name) && lower[lower.size() - name.size() - 1] == '.') {
      return "The part after the @-sign is a special-use or reserved name that cannot be used with email.";
    }
  }
  return std::nullopt;
}

Fault domain_fault(std::string_view domain) {
  if (domain.empty()) return "There must be something after the @-sign.";
  if (domain.front() == '[' && domain.back() == ']') {
    return "A bracketed IP address after the @-sign is not allowed here.";
  }
  if (domain.size() > 253) {
    const std::size_t over = domain.size() - 253;
    return fmt::format("The email address is too long after the @-sign ({} character{} too many).", over,
                       over == 1 ? "" : "s");
  }
  if (const std::string list = forbidden_in(domain, "-."); !list.empty()) {
    return fmt::format("The part after the @-sign contains invalid characters: {}.", list);
  }
  if (auto fault = sign_fault(domain, '.', "period", true)) return fault;
  if (auto fault = sign_fault(domain, '-', "hyphen", true)) return fault;
  if (domain.find(".-") != std::string_view::npos || domain.find("-.") != std::string_view::npos) {
    return "An email address cannot have a period and a hyphen next to each other.";
  }
  if (auto fault = label_fault(domain)) return fault;
  return ending_fault(domain);
}

}  // namespace

std::optional<std::string> email_fault(std::string_view text) {
  if (code_points(text) > 2048) return "Length must not exceed 2048 characters";
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos)
    text = text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) return "An email address must have an @-sign.";
  if (auto fault = local_fault(text.substr(0, at))) return fault;
  if (auto fault = domain_fault(text.substr(at + 1))) return fault;
  if (text.size() > 254) {
    const std::size_t over = text.size() - 254;
    return fmt::format("The email address is too long ({} character{} too many).", over,
                       over == 1 ? "" : "s");
  }
  return std::nullopt;
}

}  // namespace sentinel::schema
