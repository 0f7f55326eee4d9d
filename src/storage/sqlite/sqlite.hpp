// The SQLite library, seen by the rest of this folder through these two classes alone. Foreign errors become
// ours here, once:
//   a row that breaks a UNIQUE or PRIMARY KEY -> kConflict, a foreign key -> kNotFound, both from try_run()
//   only; a statement that is wrong or breaks a CHECK -> std::logic_error, a defect of ours; all the rest
//   (busy, full, I/O error, corrupt, no memory, ...) -> StoreDown.
// Texts of errors hold the SQL, which never holds a value.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "storage/store_down.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace sentinel::storage::sqlite {

class Database;

// A prepared statement on loan from its Database, which keeps it for the next caller of the same text. Lives
// shorter than the Database and on its thread.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Binds ?1, ?2, ... in order. Takes integers, bool, float, double, UtcTime (microseconds), text, bytes and
  // an optional of each (empty: NULL). The values are copied.
  template <class... Values>
  Statement& bind(const Values&... values) {
    int index = 0;
    (bind_value(++index, values), ...);
    return *this;
  }
  // Binds ?`index` alone.
  template <class Value>
  Statement& bind_at(int index, const Value& value) {
    bind_value(index, value);
    return *this;
  }

  // The next row; false after the last.
  bool step();
  // Reads the row's columns from the first on. An optional takes NULL; the others take it for 0 or empty.
  template <class... Values>
  void fetch(Values&... out) {
    int column = 0;
    (read(column++, out), ...);
  }

  // Runs to the end and gives the number of rows changed.
  std::int64_t run();
  // As run(); kConflict and kNotFound as above.
  Result<std::int64_t> try_run();

 private:
  friend class Database;
  Statement(Database& database, sqlite3_stmt* raw, bool* on_loan)
      : database_{&database}, raw_{raw}, on_loan_{on_loan} {}

  void bind_value(int index, std::string_view text);
  void bind_value(int index, const std::vector<std::uint8_t>& bytes);
  void bind_value(int index, double number);
  void bind_value(int index, UtcTime time) { bind_integer(index, time.time_since_epoch().count()); }
  template <std::integral Integer>
  void bind_value(int index, Integer number) {
    bind_integer(index, static_cast<std::int64_t>(number));
  }
  template <class Value>
  void bind_value(int index, const std::optional<Value>& value) {
    if (value) {
      bind_value(index, *value);
    } else {
      bind_null(index);
    }
  }
  void bind_integer(int index, std::int64_t number);
  void bind_null(int index);
  void check(int code) const;

  bool is_null(int column) const;
  void read(int column, std::string& out) const;
  void read(int column, std::vector<std::uint8_t>& out) const;
  void read(int column, std::int64_t& out) const;
  void read(int column, double& out) const;
  void read(int column, float& out) const;
  void read(int column, bool& out) const;
  void read(int column, UtcTime& out) const;
  template <class Value>
  void read(int column, std::optional<Value>& out) const {
    out.reset();
    if (!is_null(column)) read(column, out.emplace());
  }

  Database* database_;
  sqlite3_stmt* raw_;
  bool* on_loan_;  // the cache's mark; null when the statement is in no cache and ends here
};

struct DatabaseOptions {
  std::filesystem::path path{};
  bool read_only = false;                         // refuses every write; the file must exist all the same
  std::chrono::milliseconds busy_timeout{5'000};  // how long to wait for another process's write
  std::string vfs{};                              // of sqlite3_vfs_register(), for tests; empty: the system's
};

// One connection, for one thread at a time. Makes the file with mode 0600 when it is not there.
//
// Write-ahead log with synchronous=NORMAL: a commit that returned survives the death of the process at any
// moment (kill -9), because the log is in the kernel's hands by then. It is not forced onto the disk at each
// commit: a power cut or a kernel crash may lose the last commits, back to the last checkpoint at the worst
// (1000 pages of log), and never damages what is older nor half of a transaction.
class Database {
 public:
  explicit Database(const DatabaseOptions& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // The cached statement of that text, ready to bind.
  Statement prepare(std::string_view sql);
  // Runs one statement with these values.
  template <class... Values>
  std::int64_t run(std::string_view sql, const Values&... values) {
    return prepare(sql).bind(values...).run();
  }
  template <class... Values>
  Result<std::int64_t> try_run(std::string_view sql, const Values&... values) {
    return prepare(sql).bind(values...).try_run();
  }
  // The first column of the first row. Empty when there is no row.
  template <class Value, class... Values>
  std::optional<Value> first(std::string_view sql, const Values&... values) {
    Statement statement = prepare(sql);
    if (!statement.bind(values...).step()) return std::nullopt;
    std::optional<Value> out;
    statement.fetch(out.emplace());
    return out;
  }
  // Runs a script of several statements that give no rows.
  void run_script(const std::string& sql);

  std::int64_t last_insert_id() const;
  // False as well after SQLite has rolled a transaction back by itself, as it does when the disk is full.
  bool in_transaction() const;
  void roll_back() noexcept;  // no transaction is no error

 private:
  friend class Statement;
  struct Cached {
    sqlite3_stmt* raw = nullptr;
    bool on_loan = false;
  };
  struct Close {
    void operator()(sqlite3* raw) const;
  };
  sqlite3_stmt* compile(std::string_view sql);

  std::unique_ptr<sqlite3, Close> raw_;
  std::unordered_map<std::string, Cached> cache_;
};

// One state of the database for all the reads of a scope, whatever is committed meanwhile.
class ReadScope {
 public:
  explicit ReadScope(Database& database) : database_{database} { database_.run("BEGIN"); }
  ~ReadScope() { database_.roll_back(); }
  ReadScope(const ReadScope&) = delete;
  ReadScope& operator=(const ReadScope&) = delete;

 private:
  Database& database_;
};

}  // namespace sentinel::storage::sqlite
