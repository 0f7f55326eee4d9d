#include "storage/sqlite/sqlite_users.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace sentinel::storage::sqlite {
namespace {

constexpr std::string_view kSelectUser =
    "SELECT id, username, email, full_name, role, is_active, password_hash, created_at_us, last_login_us, "
    "all_cameras, "
    "(SELECT group_concat(camera_id, char(10)) FROM user_cameras WHERE user_id = users.id) FROM users ";
constexpr std::string_view kSelectSession =
    "SELECT id, user_id, refresh_hash, created_at_us, expires_at_us, last_used_at_us, address, user_agent "
    "FROM sessions ";

std::string select_user(std::string_view rest) {
  return std::string{kSelectUser}.append(rest);
}
std::string select_session(std::string_view rest) {
  return std::string{kSelectSession}.append(rest);
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void replace_cameras(Database& db, std::int64_t user_id, const auth::CameraRights& cameras) {
  db.run("DELETE FROM user_cameras WHERE user_id = ?1", user_id);
  for (const std::string& id : cameras.ids) {
    db.run("INSERT INTO user_cameras (user_id, camera_id) VALUES (?1, ?2)", user_id, id);
  }
}

auth::User read_user(Statement& row) {
  auth::User user;
  std::string role;
  std::string camera_lines;
  row.fetch(user.id, user.username, user.email, user.full_name, role, user.is_active, user.password_hash,
            user.created_at, user.last_login, user.cameras.all, camera_lines);
  user.cameras = {user.cameras.all, auth::CameraRights::of(split_lines(camera_lines)).ids};
  const auto known = auth::role_from_text(role);
  if (!known) throw StoreDown(fmt::format("user {} has the unknown role '{}'", user.id, role));
  user.role = *known;
  return user;
}

Session read_session(Statement& row) {
  Session session;
  row.fetch(session.id, session.user_id, session.refresh_hash, session.created_at, session.expires_at,
            session.last_used_at, session.address, session.user_agent);
  return session;
}

std::optional<auth::User> one_user(Statement& statement) {
  if (!statement.step()) return std::nullopt;
  return read_user(statement);
}

std::optional<Session> one_session(Statement& statement) {
  if (!statement.step()) return std::nullopt;
  return read_session(statement);
}

Error name_taken() {
  return conflict("Username already registered");
}
Error last_admin() {
  return conflict("The last active admin can be neither removed, nor deactivated, nor given another role");
}

// In a write transaction, so that two admins cannot remove each other.
bool is_last_admin(Database& db, std::int64_t id) {
  constexpr std::string_view kAdmins = "SELECT count(*) FROM users WHERE role = 'admin' AND is_active = 1 ";
  return db.first<std::int64_t>(std::string{kAdmins} + "AND id = ?1", id) == 1 &&
         db.first<std::int64_t>(std::string{kAdmins} + "AND id <> ?1", id) == 0;
}

Error no_user() {
  return not_found("User not found");
}

}  // namespace

Result<auth::User> SqliteUsers::insert_user(const auth::User& user) {
  return store_.write([&](Database& db) -> Result<auth::User> {
    const auto inserted = db.try_run(
        "INSERT INTO users (username, email, full_name, role, is_active, password_hash, created_at_us, "
        "last_login_us, all_cameras) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        user.username, user.email, user.full_name, to_text(user.role), user.is_active, user.password_hash,
        user.created_at, user.last_login, user.cameras.all);
    if (!inserted) return name_taken();
    auth::User stored = user;
    stored.id = db.last_insert_id();
    replace_cameras(db, stored.id, stored.cameras);
    return stored;
  });
}

std::optional<auth::User> SqliteUsers::insert_first_user(const auth::User& user) {
  return store_.write([&](Database& db) -> std::optional<auth::User> {
    // One statement looks and inserts under the database's write lock: safe against another process.
    const auto inserted = db.run(
        "INSERT INTO users (username, email, full_name, role, is_active, password_hash, created_at_us, "
        "last_login_us) "
        "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE NOT EXISTS (SELECT 1 FROM users)",
        user.username, user.email, user.full_name, to_text(user.role), user.is_active, user.password_hash,
        user.created_at, user.last_login);
    if (inserted == 0) return std::nullopt;
    auth::User stored = user;
    stored.id = db.last_insert_id();
    return stored;
  });
}

std::optional<auth::User> SqliteUsers::find_user(std::int64_t id) {
  return store_.read([&](Database& db) {
    Statement statement = db.prepare(select_user("WHERE id = ?1"));
    return one_user(statement.bind(id));
  });
}

std::optional<auth::User> SqliteUsers::find_user(std::string_view username) {
  return store_.read([&](Database& db) {
    Statement statement = db.prepare(select_user("WHERE username = ?1"));
    return one_user(statement.bind(username));
  });
}

std::vector<auth::User> SqliteUsers::list_users() {
  return store_.read([](Database& db) {
    std::vector<auth::User> users;
    Statement statement = db.prepare(select_user("ORDER BY id"));
    while (statement.step()) users.push_back(read_user(statement));
    return users;
  });
}

std::int64_t SqliteUsers::count_users() {
  return store_.read(
      [](Database& db) { return db.first<std::int64_t>("SELECT count(*) FROM users").value(); });
}

Status SqliteUsers::update_user(const auth::User& user) {
  return store_.write([&](Database& db) -> Status {
    const bool stays = user.role == auth::Role::kAdmin && user.is_active;
    if (!stays && is_last_admin(db, user.id)) return last_admin();
    const auto updated = db.try_run(
        "UPDATE users SET username = ?2, email = ?3, full_name = ?4, role = ?5, is_active = ?6, all_cameras "
        "= ?7 "
        "WHERE id = ?1",
        user.id, user.username, user.email, user.full_name, to_text(user.role), user.is_active,
        user.cameras.all);
    if (!updated) return name_taken();
    if (*updated == 0) return no_user();
    replace_cameras(db, user.id, user.cameras);
    return {};
  });
}

void SqliteUsers::record_login(std::int64_t id, UtcTime at) {
  store_.write([&](Database& db) { db.run("UPDATE users SET last_login_us = ?2 WHERE id = ?1", id, at); });
}

bool SqliteUsers::replace_password_hash(std::int64_t id, std::string_view from, std::string_view to) {
  return store_.write([&](Database& db) {
    return db.run("UPDATE users SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2", id, from, to) ==
           1;
  });
}

Status SqliteUsers::delete_user(std::int64_t id) {
  return store_.write([&](Database& db) -> Status {
    if (is_last_admin(db, id)) return last_admin();
    if (db.run("DELETE FROM users WHERE id = ?1", id) == 0) return no_user();
    return {};
  });
}

Status SqliteUsers::insert_session(const Session& session) {
  return store_.write([&](Database& db) -> Status {
    const auto inserted = db.try_run(
        "INSERT INTO sessions (id, user_id, refresh_hash, created_at_us, expires_at_us, last_used_at_us, "
        "address, user_agent) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        session.id, session.user_id, session.refresh_hash, session.created_at, session.expires_at,
        session.last_used_at, session.address, session.user_agent);
    if (inserted) return {};
    if (inserted.error().kind == ErrorKind::kNotFound) return no_user();
    return conflict("Session already exists");
  });
}

std::optional<Session> SqliteUsers::find_session(std::string_view id) {
  return store_.read([&](Database& db) {
    Statement statement = db.prepare(select_session("WHERE id = ?1"));
    return one_session(statement.bind(id));
  });
}

std::vector<Session> SqliteUsers::list_sessions(std::optional<std::int64_t> user_id) {
  return store_.read([&](Database& db) {
    std::vector<Session> sessions;
    Statement statement = db.prepare(select_session("WHERE ?1 IS NULL OR user_id = ?1 ORDER BY id DESC"));
    statement.bind(user_id);
    while (statement.step()) sessions.push_back(read_session(statement));
    return sessions;
  });
}

bool SqliteUsers::rotate_session(std::string_view from, const Session& to) {
  return store_.write([&](Database& db) {
    return db.run(
               "UPDATE sessions SET refresh_hash = ?3, last_used_at_us = ?4, address = ?5, user_agent = ?6 "
               "WHERE id = ?1 AND refresh_hash = ?2",
               to.id, from, to.refresh_hash, to.last_used_at, to.address, to.user_agent) == 1;
  });
}

void SqliteUsers::delete_session(std::string_view id) {
  store_.write([&](Database& db) { db.run("DELETE FROM sessions WHERE id = ?1", id); });
}

void SqliteUsers::delete_sessions_of(std::int64_t user_id, std::string_view but) {
  store_.write(
      [&](Database& db) { db.run("DELETE FROM sessions WHERE user_id = ?1 AND id <> ?2", user_id, but); });
}

void SqliteUsers::delete_expired_sessions(UtcTime now) {
  store_.write([&](Database& db) { db.run("DELETE FROM sessions WHERE expires_at_us <= ?1", now); });
}

}  // namespace sentinel::storage::sqlite
