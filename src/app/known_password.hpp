// The password of .env.example, which everybody knows, in a database that has outlived the day it was tried.
#pragma once

#include <optional>
#include <string>

#include "auth/hash_pool.hpp"
#include "base/error.hpp"
#include "storage/user_repository.hpp"

namespace sentinel::app {

// For a start beyond loopback, where nobody may log in with the example's password. When it is admin's, `own`
// (ADMIN_PASSWORD, which the configuration has refused already if it is the example's) takes its place and
// ends admin's sessions; without `own` the answer is kConflict and names the remedy.
Status replace_known_password(storage::UserRepository& users, auth::HashPool& hashes,
                              const std::optional<std::string>& own);

}  // namespace sentinel::app
