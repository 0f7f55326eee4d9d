#include "api/mapping.hpp"
#include "api/page.hpp"
#include "api/routes/routes.hpp"
#include "api/schemas/user.hpp"

namespace sentinel::api {
namespace {

Result<UserResponse> reply(const Result<auth::User>& user) {
  if (!user) return user.error();
  return to_wire(*user);
}

Result<ListOf<UserResponse>> list_users(Services& services, Query<PageQuery> page) {
  std::vector<UserResponse> all;
  for (const auth::User& user : services.users.list()) all.push_back(to_wire(user));
  return page_of(std::move(all), *page);
}

Result<UserResponse> get_user(Services& services, PathNumber id) {
  return reply(services.users.get(id.value));
}

Result<Created<UserResponse>> create_user(Services& services, Body<UserCreate> in) {
  const auto user = services.users.create(to_domain(*in));
  if (!user) return user.error();
  return Created<UserResponse>{to_wire(*user)};
}

Result<UserResponse> update_user(Services& services, PathNumber id, Body<UserUpdate> in) {
  return reply(services.users.update(id.value, to_domain(*in)));
}

Result<NoContent> delete_user(Services& services, PathNumber id) {
  if (const Status removed = services.users.remove(id.value); !removed) return removed.error();
  return NoContent{};
}

}  // namespace

void add_user_routes(RouteTable& table) {
  const auto admin = http::Auth::role(auth::Role::kAdmin);
  table.get("/api/users", list_users,
            {.id = "list_users", .tag = "users", .summary = "All users", .auth = admin});
  table.post("/api/users", create_user,
             {.id = "create_user",
              .tag = "users",
              .summary = "Add a user",
              .auth = admin,
              .run = http::Run::kSlow,
              .errors = {ErrorKind::kConflict, ErrorKind::kThrottled}});
  table.get("/api/users/{id}", get_user,
            {.id = "get_user",
             .tag = "users",
             .summary = "One user",
             .auth = admin,
             .errors = {ErrorKind::kNotFound}});
  table.put("/api/users/{id}", update_user,
            {.id = "update_user",
             .tag = "users",
             .summary = "Change a user; what is omitted stays as it is",
             .auth = admin,
             .run = http::Run::kSlow,
             .errors = {ErrorKind::kNotFound, ErrorKind::kConflict, ErrorKind::kThrottled}});
  table.del("/api/users/{id}", delete_user,
            {.id = "delete_user",
             .tag = "users",
             .summary = "Remove a user and end its sessions; the last active admin stays",
             .auth = admin,
             .errors = {ErrorKind::kNotFound, ErrorKind::kConflict}});
}

}  // namespace sentinel::api
