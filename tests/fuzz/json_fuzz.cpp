// Any bytes as JSON, and what is JSON through a table with every kind of field: nothing crashes, and what
// is written reads back.
#include <cstdlib>

#include "schema/codec.hpp"

namespace sentinel::schema {
namespace {

struct Item {
  std::string password;
  double x = 0;
  static constexpr auto fields() {
    return object<Item>("Item", defaulted("password", &Item::password, min_length{2}, secret{}),
                        required("x", &Item::x, ge{0}, le{1}));
  }
};

struct Everything {
  std::string name;
  std::optional<std::string> mail, url;
  std::int64_t big = 0;
  std::uint8_t small = 0;
  std::optional<float> ratio;
  std::optional<bool> flag;
  std::optional<UtcTime> at;
  std::vector<Item> items;
  std::map<std::string, int> counts;
  json::Value free = json::Object{};
  static constexpr auto fields() {
    using Self = Everything;
    return object<Self>(
        "Everything", required("name", &Self::name, min_length{1}, pattern{"^[a-z]+$"}),
        optional("mail", &Self::mail, email{}), optional("url", &Self::url, max_length{9}, secret_url{}),
        defaulted("big", &Self::big), defaulted("small", &Self::small),
        optional("ratio", &Self::ratio, lt{1e9}), optional("flag", &Self::flag), optional("at", &Self::at),
        defaulted("items", &Self::items, max_length{4}), defaulted("counts", &Self::counts, max_length{4}),
        defaulted("free", &Self::free, json_bounds{"Free", 64, 4}));
  }
};

void require(bool truth) {
  if (!truth) std::abort();
}

void read_and_write(const json::Value& value) {
  const std::string text = json::to_text(value);
  auto again = json::parse(text);
  require(std::holds_alternative<json::Value>(again));
  require(json::to_text(std::get<json::Value>(again)) == text);
  Everything out;
  Issues issues;
  read_table(value, out, issues);
  const std::string reply = issues.empty() ? to_json(out) : to_detail_text(issues.list());
  require(std::holds_alternative<json::Value>(json::parse(reply)) || reply.size() > (4U << 20U));
}

}  // namespace
}  // namespace sentinel::schema

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sentinel;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  std::string quoted;
  json::append_string(quoted, text);
  schema::require(std::holds_alternative<json::Value>(json::parse(quoted)) || size > (1U << 19U));
  const auto parsed = json::parse(text);
  if (const auto* value = std::get_if<json::Value>(&parsed)) schema::read_and_write(*value);
  return 0;
}
