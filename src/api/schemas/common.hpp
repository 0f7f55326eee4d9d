// What several groups of the wire contract share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/user.hpp"
#include "domain/camera.hpp"
#include "domain/event.hpp"
#include "schema/table.hpp"

namespace sentinel::schema {

template <>
struct EnumText<auth::Role> {
  static constexpr std::string_view name = "Role";
  static constexpr auto& texts = auth::kRoleNames;
};
template <>
struct EnumText<domain::CameraStatus> {
  static constexpr std::string_view name = "CameraStatus";
  static constexpr auto& texts = domain::kCameraStatusNames;
};
template <>
struct EnumText<domain::EventType> {
  static constexpr std::string_view name = "EventType";
  static constexpr auto& texts = domain::kEventTypeNames;
};
template <>
struct EnumText<domain::EventSeverity> {
  static constexpr std::string_view name = "EventSeverity";
  static constexpr auto& texts = domain::kEventSeverityNames;
};

}  // namespace sentinel::schema

namespace sentinel::api {

using schema::code_points;
using schema::defaulted;
using schema::doc;
using schema::each;
using schema::example;
using schema::ge;
using schema::json_bounds;
using schema::le;
using schema::max_length;
using schema::min_length;
using schema::object;
using schema::optional;
using schema::patched;
using schema::pattern;
using schema::required;
using schema::secret;

inline constexpr int kPageLimitMax = 500;
inline constexpr int kPageOffsetMax = 10'000;

// Every list: one page of it and where the next begins. T names the list's schema.
template <class T>
struct ListOf {
  std::vector<T> items;
  std::int64_t total = 0;
  bool total_capped = false;
  std::int64_t limit = 50;
  std::int64_t offset = 0;
  std::optional<std::string> next_cursor;
  static constexpr auto fields() {
    using Self = ListOf<T>;
    return object<Self>(
        T::kListName, required("items", &Self::items), required("total", &Self::total),
        required("total_capped", &Self::total_capped, doc{"There are more than `total`."}),
        required("limit", &Self::limit), required("offset", &Self::offset),
        optional("next_cursor", &Self::next_cursor, doc{"Pass it as `cursor` for the next page."}));
  }
};

// Paging of the short lists.
struct PageQuery {
  std::int64_t limit = 50;
  std::int64_t offset = 0;
  static constexpr auto fields() {
    return object<PageQuery>("PageQuery", defaulted("limit", &PageQuery::limit, ge{1}, le{kPageLimitMax}),
                             defaulted("offset", &PageQuery::offset, ge{0}, le{kPageOffsetMax}));
  }
};

}  // namespace sentinel::api
