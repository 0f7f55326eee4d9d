// The field table of a struct: one declaration from which parsing, limits, the text of a 422, the reply and
// the OpenAPI schema are derived. See schema/codec.hpp for what reads it.
//
//   struct CameraCreate {
//     std::string name;
//     static constexpr auto fields() {
//       return object<CameraCreate>("CameraCreate", required("name", &CameraCreate::name, min_length{1}));
//     }
//   };
#pragma once

#include <array>
#include <string_view>
#include <tuple>

#include "schema/constraints.hpp"

namespace sentinel::schema {

enum class Presence {
  kRequired,
  kOptional,   // a std::optional: absent and null are both empty
  kDefaulted,  // absent keeps the struct's own default; null is an issue
  kPatched,    // std::optional<std::optional<T>>: absent leaves the value alone, null clears it
};

template <class Owner, class T, class... Rules>
struct Field {
  std::string_view name;
  T Owner::* member;
  Presence presence;
  std::tuple<Rules...> rules;
};

template <class Owner, class... Fields>
struct Table {
  std::string_view name;
  std::tuple<Fields...> fields;
};

template <class Owner, class... Fields>
constexpr auto object(std::string_view name, Fields... fields) {
  return Table<Owner, Fields...>{name, {fields...}};
}
template <class Owner, class T, class... Rules>
constexpr auto required(std::string_view name, T Owner::* member, Rules... rules) {
  return Field<Owner, T, Rules...>{name, member, Presence::kRequired, {rules...}};
}
template <class Owner, class T, class... Rules>
constexpr auto optional(std::string_view name, T Owner::* member, Rules... rules) {
  return Field<Owner, T, Rules...>{name, member, Presence::kOptional, {rules...}};
}
template <class Owner, class T, class... Rules>
constexpr auto defaulted(std::string_view name, T Owner::* member, Rules... rules) {
  return Field<Owner, T, Rules...>{name, member, Presence::kDefaulted, {rules...}};
}
template <class Owner, class T, class... Rules>
constexpr auto patched(std::string_view name, T Owner::* member, Rules... rules) {
  return Field<Owner, T, Rules...>{name, member, Presence::kPatched, {rules...}};
}

template <class T>
concept Tabled = requires { T::fields(); };

// The texts of an enum, in the order of its values from 0. Specialised beside the wire structs:
//   template <> struct EnumText<Role> { static constexpr std::string_view name = "Role"; static constexpr
//   auto& texts = kRoleNames; };
// With `static constexpr bool literal = true` its issue is worded as Pydantic words a Literal.
template <class E>
struct EnumText;

// Text that is JSON already: written as it stands, described as any object.
struct RawJson {
  std::string text = "{}";
};

}  // namespace sentinel::schema
