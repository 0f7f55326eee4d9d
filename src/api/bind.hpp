// A typed route: a plain function whose parameters say where its input comes from and whose return type says
// the status and the schema of the reply. bind() turns it into a row of the route table, document included.
//
//   Result<Created<CameraResponse>> create_camera(Services&, const auth::Caller&, Body<CameraCreate>);
//
// Parameters come in the order path, query, body: the order in which issues are reported.
#pragma once

#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "api/read.hpp"
#include "http/error_map.hpp"
#include "http/route.hpp"

namespace sentinel::api {

struct Services;

template <class T>
struct Body {
  T value;
  const T& operator*() const { return value; }
  const T* operator->() const { return &value; }
};
template <class T>
struct Query {
  T value;
  const T& operator*() const { return value; }
  const T* operator->() const { return &value; }
};
// A body that may be absent, empty or null: T's defaults then.
template <class T>
struct OptionalBody {
  T value;
  const T& operator*() const { return value; }
  const T* operator->() const { return &value; }
};
// The {id} segment, 1 to 64 characters.
struct PathId {
  std::string value;
};
// The {id} segment as a number from 1 on.
struct PathNumber {
  std::int64_t value = 0;
};

template <class T>
struct Created {
  T value;
};
// The same with a cookie to set, in the text of Set-Cookie.
template <class T>
struct WithCookie {
  T value;
  std::string cookie;
};
struct NoContent {};
// A reply that is no JSON: its media type stands in the route's options.
struct Bytes {
  std::string content;
};

struct RouteOptions {
  const char* id;  // of the operation: create_camera
  const char* tag;
  const char* summary;
  http::Auth auth;
  http::Run run = http::Run::kPool;
  std::vector<ErrorKind> errors = {};
  const char* media_type = "application/json";
  bool cookie_allowed = false;
  std::size_t body_bytes_max = http::kBodyBytesMax;
};

// What the arguments of one call are read from.
struct Incoming {
  Services* services;  // null where no parameter asks for it
  const http::Request& request;
  const auth::Caller* caller;
  schema::Issues issues{};
  std::optional<http::Response> refusal{};
};

// ---- one kind of parameter each: how it is read, how it is documented ----

template <class T>
struct Parameter;

template <>
struct Parameter<Services&> {
  static Services& read(Incoming& in) { return *in.services; }
  static void describe(http::OperationDoc&, schema::Components&) {}
};

template <>
struct Parameter<const auth::Caller&> {
  static const auth::Caller& read(Incoming& in) { return *in.caller; }
  static void describe(http::OperationDoc&, schema::Components&) {}
};

template <>
struct Parameter<const http::Request&> {
  static const http::Request& read(Incoming& in) { return in.request; }
  static void describe(http::OperationDoc&, schema::Components&) {}
};

template <>
struct Parameter<PathId> {
  static PathId read(Incoming& in);
  static void describe(http::OperationDoc& doc, schema::Components&);
};

template <>
struct Parameter<PathNumber> {
  static PathNumber read(Incoming& in);
  static void describe(http::OperationDoc& doc, schema::Components&);
};

template <class T>
struct Parameter<Query<T>> {
  static Query<T> read(Incoming& in) {
    Query<T> out;
    const schema::Issues::Step step{in.issues, "query"};
    schema::read_table(query_as_object(in.request), out.value, in.issues);
    return out;
  }
  static void describe(http::OperationDoc& doc, schema::Components& components) {
    const T defaults{};
    schema::for_each_field<T>([&](const auto& field) {
      using Member = std::decay_t<decltype(defaults.*(field.member))>;
      json::Value parameter = json::Object{
          {"name", field.name}, {"in", "query"}, {"required", field.presence == schema::Presence::kRequired}};
      json::Value schema = schema::describe<Member>(field.rules, components);
      if (field.presence == schema::Presence::kDefaulted) {
        schema["default"] = std::get<json::Value>(json::parse(schema::to_json(defaults.*(field.member))));
      }
      parameter["schema"] = std::move(schema);
      doc.parameters.push_back(std::move(parameter));
    });
    doc.validates_input = true;
  }
};

template <class T>
void read_body(Incoming& in, T& out, bool is_required) {
  BodyJson body = read_body_json(in.request);
  if (body.refusal) {
    in.refusal = std::move(body.refusal);
    return;
  }
  const schema::Issues::Step step{in.issues, "body"};
  if (body.value) {
    schema::read_table(*body.value, out, in.issues);
  } else if (is_required) {
    in.issues.add(schema::kMissing, nullptr);
  }
}

template <class T>
struct Parameter<Body<T>> {
  static Body<T> read(Incoming& in) {
    Body<T> out;
    read_body(in, out.value, true);
    return out;
  }
  static void describe(http::OperationDoc& doc, schema::Components& components) {
    doc.body = schema::describe_table<T>(components);
    doc.validates_input = true;
  }
};

template <class T>
struct Parameter<OptionalBody<T>> {
  static OptionalBody<T> read(Incoming& in) {
    OptionalBody<T> out;
    read_body(in, out.value, false);
    return out;
  }
  static void describe(http::OperationDoc& doc, schema::Components& components) {
    Parameter<Body<T>>::describe(doc, components);
    doc.body_required = false;
  }
};

// ---- one kind of reply each ----

template <class T>
struct Reply {
  static http::Response write(const T& value) {
    http::Response response;
    response.body = schema::to_json(value);
    return response;
  }
  static void describe(http::OperationDoc& doc, schema::Components& components) {
    doc.reply = schema::describe_table<T>(components);
  }
};

template <class T>
struct Reply<Created<T>> {
  static http::Response write(const Created<T>& created) {
    http::Response response = Reply<T>::write(created.value);
    response.status = 201;
    return response;
  }
  static void describe(http::OperationDoc& doc, schema::Components& components) {
    Reply<T>::describe(doc, components);
    doc.success_status = 201;
  }
};

template <class T>
struct Reply<WithCookie<T>> {
  static http::Response write(const WithCookie<T>& reply) {
    http::Response response = Reply<T>::write(reply.value);
    response.headers.emplace_back("Set-Cookie", reply.cookie);
    return response;
  }
  static void describe(http::OperationDoc& doc, schema::Components& components) {
    Reply<T>::describe(doc, components);
  }
};

template <>
struct Reply<NoContent> {
  static http::Response write(const NoContent&) {
    http::Response response;
    response.status = 204;
    response.content_type.clear();
    return response;
  }
  static void describe(http::OperationDoc& doc, schema::Components&) { doc.success_status = 204; }
};

template <>
struct Reply<Bytes> {
  static http::Response write(const Bytes& bytes) {
    http::Response response;
    response.body = bytes.content;
    return response;
  }
  static void describe(http::OperationDoc& doc, schema::Components&) {
    doc.reply = json::Object{{"type", "string"}, {"format", "binary"}};
  }
};

// ---- the row ----

// The parts of the row that no type depends on.
http::Route make_row(http::Method method, const char* path, const RouteOptions& options);

template <class R, class... Args>
http::Route bind(Services* services, schema::Components& components, http::Method method, const char* path,
                 Result<R> (*function)(Args...), const RouteOptions& options) {
  http::Route row = make_row(method, path, options);
  (Parameter<Args>::describe(row.doc, components), ...);
  Reply<R>::describe(row.doc, components);
  const std::string media_type = options.media_type;
  row.handler = [services, function, media_type](const http::Request& request, const auth::Caller* caller) {
    Incoming in{services, request, caller};
    // Braces: the parameters are read in their order.
    std::tuple<Args...> values{Parameter<Args>::read(in)...};
    if (in.refusal) return std::move(*in.refusal);
    if (!in.issues.empty()) return validation_response(in.issues);
    Result<R> result = std::apply(function, std::move(values));
    if (!result) {
      http::log_failure(result.error(), request.id);
      return http::error_response(result.error());
    }
    http::Response response = Reply<R>::write(*result);
    if (!response.content_type.empty()) response.content_type = media_type;
    return response;
  };
  return row;
}

// Collects the rows of all groups, and the schemas they name.
class RouteTable {
 public:
  // Null services make a table for the document: its handlers must not be called.
  explicit RouteTable(Services* services) : services_{services} {}

  template <class F>
  void get(const char* path, F function, const RouteOptions& options) {
    rows_.push_back(bind(services_, components_, http::Method::kGet, path, function, options));
  }
  template <class F>
  void post(const char* path, F function, const RouteOptions& options) {
    rows_.push_back(bind(services_, components_, http::Method::kPost, path, function, options));
  }
  template <class F>
  void put(const char* path, F function, const RouteOptions& options) {
    rows_.push_back(bind(services_, components_, http::Method::kPut, path, function, options));
  }
  template <class F>
  void patch(const char* path, F function, const RouteOptions& options) {
    rows_.push_back(bind(services_, components_, http::Method::kPatch, path, function, options));
  }
  template <class F>
  void del(const char* path, F function, const RouteOptions& options) {
    rows_.push_back(bind(services_, components_, http::Method::kDelete, path, function, options));
  }
  // A row that the caller changes before it adds it.
  template <class F>
  http::Route bound(http::Method method, const char* path, F function, const RouteOptions& options) {
    return bind(services_, components_, method, path, function, options);
  }
  void add(http::Route row) { rows_.push_back(std::move(row)); }

  const std::vector<http::Route>& rows() const { return rows_; }
  const schema::Components& components() const { return components_; }

 private:
  Services* services_;
  schema::Components components_;
  std::vector<http::Route> rows_;
};

}  // namespace sentinel::api
