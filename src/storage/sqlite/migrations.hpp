// The database's layout, as the numbered steps that led to it.
#pragma once

#include <span>
#include <string_view>

#include "storage/sqlite/sqlite.hpp"

namespace sentinel::storage::sqlite {

// A step that was ever released is never edited: a change of layout is a new one at the end.
struct Migration {
  int version;  // 1, 2, 3, ...
  std::string_view name;
  std::string_view sql;
};

// All of them, in order.
std::span<const Migration> migrations();

// Brings the database up to the last of `steps`. Each step is one transaction with its line in
// schema_version: a process that dies leaves whole steps only, and the next one goes on from there. Two
// processes at once wait for each other. Throws StoreDown, in words for an operator, when a newer Sentinel
// has written the database.
void migrate(Database& database, std::span<const Migration> steps);

}  // namespace sentinel::storage::sqlite
