// Pydantic's lax reading of scalars: what a JSON value or a query string becomes, or the issue that says why
// not. Source: tests/contract/pydantic_errors.md, read off a live FastAPI application.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "schema/issue.hpp"

namespace sentinel::schema {

// Each answers true and fills `out`, or adds one issue and answers false.
bool coerce(const json::Value& in, std::string& out, Issues& issues);
bool coerce(const json::Value& in, bool& out, Issues& issues);
bool coerce(const json::Value& in, std::int64_t& out, Issues& issues);
bool coerce(const json::Value& in, double& out, Issues& issues);
bool coerce(const json::Value& in, UtcTime& out, Issues& issues);
// The index of the text in `names`; `literal` words the issue as Pydantic does for Literal instead of Enum.
bool coerce_choice(const json::Value& in, std::span<const std::string_view> names, bool literal,
                   std::size_t& out, Issues& issues);

// The scalar issues that the tables raise as well.
Issue missing_issue();
Issue object_issue();  // a table's input is no object
Issue list_issue();
Issue dict_issue();
Issue length_issue(bool too_long, std::string_view field_type, std::size_t limit, std::size_t actual);

}  // namespace sentinel::schema
