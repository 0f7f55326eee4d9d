#include "api/openapi.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "api/pages.hpp"
#include "api/routes/routes.hpp"

namespace sentinel::api {
namespace {

// A route says who may call it, or it does not compile.
static_assert(!std::is_default_constructible_v<http::Auth>);
static_assert(!std::is_default_constructible_v<http::Route>);

RouteTable whole_table() {
  RouteTable table{nullptr};
  add_page_routes(table);
  add_auth_routes(table);
  add_camera_routes(table);
  add_event_routes(table);
  add_system_routes(table);
  return table;
}

void collect_refs(const json::Value& value, std::set<std::string>& out) {
  if (const auto* items = value.as_array()) {
    for (const json::Value& item : *items) collect_refs(item, out);
  } else if (const auto* object = value.as_object()) {
    for (const json::Member& member : *object) {
      if (member.key == "$ref") out.insert(*member.value.as_string());
      collect_refs(member.value, out);
    }
  }
}

class OpenApi : public testing::Test {
 protected:
  const RouteTable table_ = whole_table();
  const json::Value document_ = openapi_document(table_.rows(), table_.components(), "1.2.3");

  template <class Check>
  void for_each_operation(Check check) {
    for (const json::Member& path : *document_.find("paths")->as_object()) {
      for (const json::Member& method : *path.value.as_object()) {
        check(method.key + " " + path.key, method.value);
      }
    }
  }
};

TEST_F(OpenApi, HasEveryRow) {
  std::ptrdiff_t count = 0;
  for_each_operation([&](const std::string&, const json::Value&) { ++count; });
  EXPECT_GT(count, 10);
  EXPECT_EQ(count, std::ranges::count_if(table_.rows(), &http::Route::documented));
}

TEST_F(OpenApi, SaysAllOfEveryOperation) {
  std::set<std::string> ids;
  for_each_operation([&](const std::string& name, const json::Value& operation) {
    for (const char* key : {"operationId", "summary"}) {
      ASSERT_NE(operation.find(key), nullptr) << name;
      EXPECT_NE(*operation.find(key)->as_string(), "") << name << ' ' << key;
    }
    EXPECT_TRUE(ids.insert(*operation.find("operationId")->as_string()).second) << name;
    EXPECT_NE(*operation.find("tags")->as_array()->front().as_string(), "") << name;
    EXPECT_NE(operation.find("security"), nullptr) << name;
    for (const json::Member& response : *operation.find("responses")->as_object()) {
      if (response.key == "204") continue;
      const auto* content = response.value.find("content");
      ASSERT_NE(content, nullptr) << name << ' ' << response.key;
      EXPECT_NE(content->as_object()->front().value.find("schema"), nullptr) << name << ' ' << response.key;
    }
  });
}

TEST_F(OpenApi, ProtectsAllButHealthAndTheWayIn) {
  std::set<std::string> open;
  for_each_operation([&](const std::string& name, const json::Value& operation) {
    if (operation.find("security")->as_array()->empty()) {
      open.insert(name);
    } else {
      EXPECT_NE(operation.find("responses")->find("401"), nullptr) << name;
    }
  });
  EXPECT_EQ(open, (std::set<std::string>{"get /", "post /api/auth/login", "post /api/auth/refresh",
                                         "post /api/auth/verify"}));
}

TEST_F(OpenApi, RefersToWhatThereIs) {
  std::set<std::string> refs;
  collect_refs(document_, refs);
  EXPECT_GT(refs.size(), 5U);
  constexpr std::string_view kPrefix = "#/components/schemas/";
  for (const std::string& ref : refs) {
    ASSERT_TRUE(ref.starts_with(kPrefix)) << ref;
    const auto* schemas = document_.find("components")->find("schemas");
    EXPECT_NE(schemas->find(std::string_view{ref}.substr(kPrefix.size())), nullptr) << ref;
  }
}

TEST_F(OpenApi, DeclaresEveryNameOfThePath) {
  for_each_operation([&](const std::string& name, const json::Value& operation) {
    if (name.find("{id}") == std::string::npos) return;
    const auto* parameters = operation.find("parameters");
    ASSERT_NE(parameters, nullptr) << name;
    EXPECT_EQ(*parameters->as_array()->front().find("name")->as_string(), "id") << name;
  });
}

}  // namespace
}  // namespace sentinel::api
