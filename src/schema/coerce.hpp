// Pydantic's lax reading of scalars: what a JSON value or a query string becomes, or the issue that says why
// not. Source: tests/contract/pydantic_errors.md, read off a live FastAPI application.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "schema/issue.hpp"

namespace sentinel::schema {

// Wide enough to tell an integer beyond 64 bits from the largest within; its digits are not kept.
using WideInt = __int128;

// Each answers true and fills `out`, or adds one issue and answers false.
bool coerce(const json::Value& in, std::string& out, Issues& issues);
bool coerce(const json::Value& in, bool& out, Issues& issues);
bool coerce(const json::Value& in, WideInt& out, Issues& issues);
bool coerce(const json::Value& in, double& out, Issues& issues);
bool coerce(const json::Value& in, UtcTime& out, Issues& issues);
// The index of the text in `names`; `literal` words the issue as Pydantic does for Literal instead of Enum.
bool coerce_choice(const json::Value& in, std::span<const std::string_view> names, bool literal,
                   std::size_t& out, Issues& issues);

// The issues that the tables raise.
inline const Issue kMissing{"missing", "Field required", {}};
inline const Issue kNoObject{
    "model_attributes_type", "Input should be a valid dictionary or object to extract fields from", {}};
inline const Issue kNoList{"list_type", "Input should be a valid list", {}};
inline const Issue kNoDict{"dict_type", "Input should be a valid dictionary", {}};

}  // namespace sentinel::schema
