#include "storage/sqlite/sqlite.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "base/log.hpp"

namespace sentinel::storage::sqlite {
namespace {

constexpr std::size_t kCachedStatementsMax = 128;
constexpr std::size_t kSqlInErrorsMax = 200;

bool is_defect(int code) {
  switch (code & 0xff) {
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_TOOBIG:
      return true;
    default:
      return false;
  }
}

[[noreturn]] void fail(sqlite3* raw, int code, std::string_view doing) {
  const std::string text =
      fmt::format("SQLite: {} ({}) in: {}", raw != nullptr ? sqlite3_errmsg(raw) : sqlite3_errstr(code), code,
                  doing.substr(0, kSqlInErrorsMax));
  if (is_defect(code)) throw std::logic_error(text);
  throw StoreDown(text);
}

// SQLite itself would make it readable for all: it holds the hashes of passwords. Opened only when it is new,
// because closing a file drops every lock this process has on it, those of its other connections too.
void make_private(const std::filesystem::path& path) {
  const int file = open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) {
    close(file);
  } else if (errno != EEXIST) {
    throw StoreDown(fmt::format("{} cannot be made: {}", path.string(), std::strerror(errno)));
  }
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : database_{other.database_}, raw_{std::exchange(other.raw_, nullptr)}, on_loan_{other.on_loan_} {}

Statement::~Statement() {
  if (raw_ == nullptr) return;
  if (on_loan_ == nullptr) {
    sqlite3_finalize(raw_);
    return;
  }
  sqlite3_reset(raw_);
  sqlite3_clear_bindings(raw_);
  *on_loan_ = false;
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) fail(database_->raw_.get(), code, sqlite3_sql(raw_));
}

void Statement::bind_value(int index, std::string_view text) {
  const char* const data = text.data() != nullptr ? text.data() : "";  // a null pointer would bind NULL
  check(sqlite3_bind_text64(raw_, index, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind_value(int index, const std::vector<std::uint8_t>& bytes) {
  const void* const data = bytes.empty() ? static_cast<const void*>("") : bytes.data();
  check(sqlite3_bind_blob64(raw_, index, data, bytes.size(), SQLITE_TRANSIENT));
}

void Statement::bind_value(int index, double number) {
  check(sqlite3_bind_double(raw_, index, number));
}
void Statement::bind_integer(int index, std::int64_t number) {
  check(sqlite3_bind_int64(raw_, index, number));
}
void Statement::bind_null(int index) {
  check(sqlite3_bind_null(raw_, index));
}

bool Statement::step() {
  const int code = sqlite3_step(raw_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  fail(database_->raw_.get(), code, sqlite3_sql(raw_));
}

std::int64_t Statement::run() {
  while (step()) {
  }
  return sqlite3_changes64(database_->raw_.get());
}

Result<std::int64_t> Statement::try_run() {
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(raw_);
  switch (code) {
    case SQLITE_DONE:
      return sqlite3_changes64(database_->raw_.get());
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
      return conflict("It exists already");
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return not_found("What it belongs to does not exist");
    default:
      fail(database_->raw_.get(), code, sqlite3_sql(raw_));
  }
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(raw_, column) == SQLITE_NULL;
}

void Statement::read(int column, std::string& out) const {
  const void* const data = sqlite3_column_blob(raw_, column);
  out.assign(static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(raw_, column)));
}

void Statement::read(int column, std::vector<std::uint8_t>& out) const {
  const auto* const data = static_cast<const std::uint8_t*>(sqlite3_column_blob(raw_, column));
  out.assign(data, data + sqlite3_column_bytes(raw_, column));
}

void Statement::read(int column, std::int64_t& out) const {
  out = sqlite3_column_int64(raw_, column);
}
void Statement::read(int column, double& out) const {
  out = sqlite3_column_double(raw_, column);
}
void Statement::read(int column, float& out) const {
  out = static_cast<float>(sqlite3_column_double(raw_, column));
}
void Statement::read(int column, bool& out) const {
  out = sqlite3_column_int64(raw_, column) != 0;
}
void Statement::read(int column, UtcTime& out) const {
  out = UtcTime{std::chrono::microseconds{sqlite3_column_int64(raw_, column)}};
}

void Database::Close::operator()(sqlite3* raw) const {
  sqlite3_close_v2(raw);
}

Database::Database(const DatabaseOptions& options) {
  make_private(options.path);
  sqlite3* raw = nullptr;
  // Read-only connections too are opened for writing: the shared memory of the write-ahead log needs it.
  const int code = sqlite3_open_v2(options.path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                                   options.vfs.empty() ? nullptr : options.vfs.c_str());
  raw_.reset(raw);
  if (code != SQLITE_OK) fail(raw, code, "opening " + options.path.string());
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, static_cast<int>(options.busy_timeout.count()));
  run_script(
      "PRAGMA journal_mode = WAL;"
      "PRAGMA synchronous = NORMAL;"
      "PRAGMA foreign_keys = ON;"
      "PRAGMA trusted_schema = OFF;"
      "PRAGMA temp_store = MEMORY;"
      "PRAGMA cache_size = -8000;"               // kB, for each connection
      "PRAGMA journal_size_limit = 67108864;");  // bytes the log keeps after a burst
  if (first<std::string>("PRAGMA journal_mode") != "wal") {
    throw StoreDown(options.path.string() +
                    " stands on a file system without shared memory: SQLite needs another one");
  }
  if (options.read_only) run_script("PRAGMA query_only = ON");
}

Database::~Database() {
  for (auto& [sql, cached] : cache_) sqlite3_finalize(cached.raw);
}

sqlite3_stmt* Database::compile(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(raw_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) fail(raw_.get(), code, sql);
  return raw;
}

Statement Database::prepare(std::string_view sql) {
  std::string key{sql};
  const auto known = cache_.find(key);
  if (known == cache_.end() && cache_.size() < kCachedStatementsMax) {
    sqlite3_stmt* const raw = compile(sql);
    Cached& cached = cache_[std::move(key)];
    cached = {raw, true};
    return {*this, raw, &cached.on_loan};
  }
  if (known == cache_.end() || known->second.on_loan) return {*this, compile(sql), nullptr};
  known->second.on_loan = true;
  return {*this, known->second.raw, &known->second.on_loan};
}

void Database::run_script(const std::string& sql) {
  const int code = sqlite3_exec(raw_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(raw_.get(), code, sql);
}

std::int64_t Database::last_insert_id() const {
  return sqlite3_last_insert_rowid(raw_.get());
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(raw_.get()) == 0;
}

void Database::roll_back() noexcept {
  if (!in_transaction()) return;
  // A failure leaves the transaction open and the next BEGIN says so.
  if (sqlite3_exec(raw_.get(), "ROLLBACK", nullptr, nullptr, nullptr) != SQLITE_OK) {
    log::error("store", "SQLite cannot roll back: {}", sqlite3_errmsg(raw_.get()));
  }
}

}  // namespace sentinel::storage::sqlite
