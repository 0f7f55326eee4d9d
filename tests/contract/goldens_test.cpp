// Replays goldens/422.json: each request, as bytes, through the parser of HTTP, the router and api::bind to a
// handler that echoes what was read, and compares the reply with what FastAPI and Pydantic said.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>

#include "api/bind.hpp"
#include "http/request_parser.hpp"
#include "http/responder.hpp"
#include "tests/contract/reference_models.hpp"

namespace sentinel::contract {

// Parameters that the server's own routes do not have: {number} of the path, and a query parameter that is
// declared by itself, whose absence shows null and not the whole query.
struct PathNumber {
  std::int64_t value = 0;
};
struct QueryLimit {
  std::int64_t value = 0;
};

}  // namespace sentinel::contract

namespace sentinel::api {

template <>
struct Parameter<contract::PathNumber> {
  static contract::PathNumber read(Incoming& in) {
    contract::PathNumber out;
    const schema::Issues::Step path{in.issues, "path"};
    const schema::Issues::Step name{in.issues, "number"};
    const json::Value text{in.request.path_values.front().second};
    schema::read_value(text, out.value, std::tuple{ge{1}}, in.issues);
    return out;
  }
  static void describe(http::OperationDoc&, schema::Components&) {}
};

template <>
struct Parameter<contract::QueryLimit> {
  static contract::QueryLimit read(Incoming& in) {
    contract::QueryLimit out;
    const schema::Issues::Step query{in.issues, "query"};
    const schema::Issues::Step name{in.issues, "limit"};
    const json::Value all = query_as_object(in.request);
    if (const auto* text = all.find("limit")) {
      schema::read_value(*text, out.value, std::tuple{ge{1}, le{500}}, in.issues);
    } else {
      in.issues.add(schema::kMissing, nullptr);
    }
    return out;
  }
  static void describe(http::OperationDoc&, schema::Components&) {}
};

}  // namespace sentinel::api

namespace sentinel::contract {
namespace {

using api::Body;
using api::Bytes;
using api::Created;
using api::NoContent;
using api::OptionalBody;
using api::PathId;
using api::Query;

json::Value parsed(std::string_view text) {
  auto result = json::parse(text);
  if (const auto* fault = std::get_if<json::ParseError>(&result)) throw std::runtime_error(fault->message);
  return std::get<json::Value>(std::move(result));
}

// What was read, its secrets masked, null excepted.
template <class T>
json::Value echo(const T& value) {
  json::Value out = parsed(to_json(value));
  const json::Value masked = shown(out, secrets_of<T>());
  for (const json::Member& member : *masked.as_object()) {
    if (!out[member.key].is_null()) out[member.key] = member.value;
  }
  return out;
}

// Likewise of an update: only what the request has.
template <class T>
json::Value echo_sent(const T& value, const http::Request& request) {
  const json::Value all = echo(value);
  const json::Value body = parsed(request.body);
  json::Object out;
  for (const json::Member& member : *all.as_object()) {
    if (body.find(member.key) != nullptr) out.push_back(member);
  }
  return out;
}

Bytes bytes(const json::Value& value) {
  return {json::to_text(value)};
}

template <class T>
Result<Bytes> echo_body(Body<T> in) {
  return bytes(echo(*in));
}
template <class T>
Result<Bytes> echo_optional_body(OptionalBody<T> in) {
  return bytes(echo(*in));
}
template <class T>
Result<Created<Bytes>> echo_created(Body<T> in) {
  return Created<Bytes>{bytes(echo(*in))};
}
template <class T>
Result<Bytes> echo_query(Query<T> in) {
  return bytes(echo(*in));
}
template <class T>
Result<Bytes> echo_update(const http::Request& request, PathId, Body<T> in) {
  return bytes(echo_sent(*in, request));
}
Result<Bytes> echo_id(PathId id) {
  return bytes(json::Object{{"id", id.value}});
}
Result<NoContent> nothing() {
  return NoContent{};
}
Result<NoContent> nothing_of_id(PathId) {
  return NoContent{};
}
Result<NoContent> change_password(Body<ChangePasswordRequest>) {
  return NoContent{};
}
Result<Bytes> put_sample(const http::Request& request, PathNumber number, QueryLimit limit, Body<Sample> in) {
  return bytes(
      json::Object{{"number", number.value}, {"limit", limit.value}, {"body", echo_sent(*in, request)}});
}

api::RouteOptions row(const char* id) {
  return {.id = id, .tag = "reference", .summary = id, .auth = http::Auth::open()};
}

http::Router reference_router() {
  api::RouteTable table{nullptr};
  table.post("/api/auth/login", echo_body<api::LoginRequest>, row("login"));
  table.post("/api/auth/refresh", echo_body<api::RefreshTokenRequest>, row("refresh"));
  table.post("/api/auth/logout", nothing, row("logout"));
  table.post("/api/auth/verify", echo_optional_body<VerifyRequest>, row("verify"));
  table.post("/api/auth/change-password", change_password, row("change_password"));
  table.get("/api/cameras", echo_query<api::PageQuery>, row("list_cameras"));
  table.post("/api/cameras", echo_created<CameraCreate>, row("create_camera"));
  table.post("/api/cameras/discover", echo_optional_body<CameraDiscoveryRequest>, row("discover"));
  table.get("/api/cameras/{id}", echo_id, row("get_camera"));
  table.put("/api/cameras/{id}", echo_update<CameraUpdate>, row("update_camera"));
  table.del("/api/cameras/{id}", nothing_of_id, row("delete_camera"));
  table.get("/api/events", echo_query<api::EventFilters>, row("list_events"));
  table.post("/api/events", echo_created<EventCreate>, row("create_event"));
  table.patch("/api/events/{id}", echo_update<EventUpdate>, row("update_event"));
  table.post("/api/users", echo_created<UserCreate>, row("create_user"));
  table.put("/api/users/{id}", echo_update<UserUpdate>, row("update_user"));
  table.post("/reference/sample", echo_created<Sample>, row("create_sample"));
  table.put("/reference/sample/{number}", put_sample, row("put_sample"));
  http::Router router;
  for (const http::Route& each : table.rows()) router.add(each);
  return router;
}

class NobodyKnown final : public http::Authenticator {
 public:
  Result<auth::Caller> authenticate(std::string_view) override {
    return Error{ErrorKind::kUnauthenticated, ClientText{"Could not validate credentials"}};
  }
};

std::string text_of(const json::Value& entry, std::string_view key) {
  const auto* value = entry.find(key);
  return value != nullptr && value->as_string() != nullptr ? *value->as_string() : std::string{};
}

std::string from_base64(std::string_view text) {
  constexpr std::string_view kSigns = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto value = kSigns.find(c);
    if (value == std::string_view::npos) break;
    bits = (bits << 6U | static_cast<unsigned>(value)) & 0xFFFFU;
    if ((count += 6) >= 8) out.push_back(static_cast<char>(bits >> (count -= 8) & 0xFFU));
  }
  return out;
}

std::string as_http(const json::Value& entry) {
  std::string out = text_of(entry, "method") + " " + text_of(entry, "path");
  if (const std::string query = text_of(entry, "query"); !query.empty()) out += "?" + query;
  out += " HTTP/1.1\r\nHost: test\r\n";
  for (const json::Member& header : *entry.find("headers")->as_object()) {
    out += header.key + ": " + *header.value.as_string() + "\r\n";
  }
  const bool binary = entry.find("body_base64") != nullptr;
  const std::string body = binary ? from_base64(text_of(entry, "body_base64")) : text_of(entry, "body");
  return out + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

double number_of(const json::Value& value) {
  if (const auto* integer = value.as_int()) return static_cast<double>(*integer);
  return value.as_double() != nullptr ? *value.as_double() : std::nan("");
}

// JSON equality, 1 equal to 1.0 and members in any order.
bool same(const json::Value& a, const json::Value& b) {
  if (a.as_object() != nullptr && b.as_object() != nullptr) {
    return a.as_object()->size() == b.as_object()->size() &&
           std::ranges::all_of(*a.as_object(), [&](const json::Member& member) {
             const auto* other = b.find(member.key);
             return other != nullptr && same(member.value, *other);
           });
  }
  if (a.as_array() != nullptr && b.as_array() != nullptr)
    return std::ranges::equal(*a.as_array(), *b.as_array(), same);
  if (a.as_int() != nullptr && b.as_int() != nullptr) return *a.as_int() == *b.as_int();
  if (!std::isnan(number_of(a)) && !std::isnan(number_of(b))) return number_of(a) == number_of(b);
  return json::to_text(a) == json::to_text(b);
}

// Without what an entry that is marked text_may_differ leaves open.
void forget_texts(json::Value& reply) {
  if (reply.find("detail") == nullptr || reply.find("detail")->as_array() == nullptr) return;
  json::Array issues = *reply.find("detail")->as_array();
  for (json::Value& issue : issues) {
    issue["msg"] = nullptr;
    issue["ctx"] = nullptr;
    if (text_of(issue, "type") == "json_invalid") issue["loc"] = issue.find("loc")->as_array()->front();
  }
  reply["detail"] = std::move(issues);
}

// Where we are knowingly not the same, and why.
const std::map<std::string, std::string, std::less<>> kExceptions{
    {"user_email_ok_international_domain", "lower case beyond ASCII needs Unicode's tables"},
    {"user_email_ok_local_part_becomes_nfc", "so does composing letters"},
    {"user_is_active_beyond_int64", "an integer beyond 64 bits is no JSON to us: 422 json_invalid"},
    {"sample_int_beyond_int64", "likewise"},
    {"sample_int_literal_5000_digits", "likewise, where FastAPI says 400"},
    {"sample_int_uint64_max", "one between int64 and uint64 is read as a double"},
};

class Goldens : public testing::Test {
 protected:
  http::Response answer(const json::Value& entry) {
    const std::string text = as_http(entry);
    http::RequestParser parser{{}};
    std::size_t used = 0;
    while (used < text.size() && parser.state() != http::RequestParser::State::kFailed) {
      const std::size_t more = parser.feed(std::string_view{text}.substr(used));
      if (more == 0) break;
      used += more;
    }
    if (parser.state() != http::RequestParser::State::kDone) throw std::runtime_error("unreadable request");
    http::Plan plan = responder_.plan(parser.request());
    return plan.answer ? std::move(*plan.answer) : responder_.run(plan, parser.request());
  }

  // Empty when the reply is as recorded.
  std::string difference(const json::Value& entry) {
    const http::Response response = answer(entry);
    json::Value wanted = *entry.find("response");
    json::Value got = response.body.empty() ? json::Value{} : parsed(response.body);
    const std::string shown = std::to_string(response.status) + " " + json::to_text(got);
    if (entry.find("text_may_differ") != nullptr) {
      forget_texts(wanted);
      forget_texts(got);
    }
    if (response.status == *entry.find("status")->as_int() && same(wanted, got)) return "";
    return "wanted " + json::to_text(*entry.find("response")) + "\n   got " + shown;
  }

 private:
  http::Router router_ = reference_router();
  NobodyKnown nobody_;
  http::Cors cors_{{}};
  http::Responder responder_{router_, nobody_, cors_, {}};
};

TEST_F(Goldens, EveryRecordedRequestIsAnsweredAlike) {
  std::ifstream file{"tests/contract/goldens/422.json"};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  // Our JSON has no integers beyond 64 bits: as texts they can be read, and their cases are exceptions.
  text = std::regex_replace(text, std::regex{R"((\n *"input": )(-?[0-9]{20,}))"}, "$1\"$2\"");
  const json::Value goldens = parsed(text);
  ASSERT_EQ(goldens.as_array()->size(), 394U);
  std::size_t exceptions = 0;
  for (const json::Value& entry : *goldens.as_array()) {
    const std::string name = text_of(entry, "name");
    const std::string difference_text = difference(entry);
    if (const auto known = kExceptions.find(name); known != kExceptions.end()) {
      ++exceptions;
      EXPECT_NE(difference_text, "") << name << " is no exception any more: take it out";
    } else {
      EXPECT_EQ(difference_text, "") << name;
    }
  }
  EXPECT_EQ(exceptions, kExceptions.size());
}

}  // namespace
}  // namespace sentinel::contract
