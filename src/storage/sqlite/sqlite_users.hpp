// Users and sessions in SQLite.
#pragma once

#include "storage/sqlite/sqlite_store.hpp"
#include "storage/user_repository.hpp"

namespace sentinel::storage::sqlite {

class SqliteUsers final : public UserRepository {
 public:
  explicit SqliteUsers(SqliteStore& store) : store_{store} {}

  Result<auth::User> insert_user(const auth::User& user) override;
  std::optional<auth::User> insert_first_user(const auth::User& user) override;
  std::optional<auth::User> find_user(std::int64_t id) override;
  std::optional<auth::User> find_user(std::string_view username) override;
  std::vector<auth::User> list_users() override;
  std::int64_t count_users() override;
  Status update_user(const auth::User& user) override;
  void record_login(std::int64_t id, UtcTime at) override;
  bool replace_password_hash(std::int64_t id, std::string_view from, std::string_view to) override;
  Status delete_user(std::int64_t id) override;

  Status insert_session(const Session& session) override;
  std::optional<Session> find_session(std::string_view id) override;
  std::vector<Session> list_sessions(std::optional<std::int64_t> user_id) override;
  bool rotate_session(std::string_view from, const Session& to) override;
  void delete_session(std::string_view id) override;
  void delete_sessions_of(std::int64_t user_id, std::string_view but) override;
  void delete_expired_sessions(UtcTime now) override;

 private:
  SqliteStore& store_;
};

}  // namespace sentinel::storage::sqlite
