// The rules that no single field can state, and what follows from several of them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/loader.hpp"
#include "config/problem.hpp"
#include "config/settings.hpp"

namespace sentinel::config {

// Adds a problem for each rule that the settings break:
// - a variable of a feature that comes later is set (`not_yet` in the tables; JWT_ALGORITHM other than HS256;
//   a DATABASE_URL of PostgreSQL);
// - `*` in CORS_ORIGINS, since replies allow credentials;
// - HOST is no loopback address, and SECRET_KEY or ADMIN_PASSWORD is one that everybody knows;
// - USE_GPU=true with a DEVICE that says otherwise.
void check_settings(const LoadedSettings& loaded, std::vector<Problem>& problems);

// "localhost", 127.0.0.0/8 and ::1. Any other name may resolve to anything, so it is none.
bool is_loopback(const std::string& host);

// The device that DEVICE and USE_GPU ask for together.
Device device_of(const AiSettings& ai);

// The database file: of a sqlite:/// URL, or sentinel.db in DATA_DIR where no URL is set. For settings that
// passed check_settings().
std::filesystem::path database_file(const Settings& settings);

// "sqlite:///data/x.db" gives data/x.db and "sqlite:////var/x.db" /var/x.db, as SQLAlchemy reads them; a
// query after ? is left off. Empty for any other URL.
std::filesystem::path sqlite_path(std::string_view url);

// A connection URL to show: the password is ***, also when it holds / or @, and so are the values of query
// keys that name a password, a key, a token or a secret.
std::string masked_url(std::string_view url);

// The folders of FILE_SOURCE_ROOTS; a relative one counts from `working_dir`.
std::vector<std::filesystem::path> file_source_roots(const CameraPolicySettings& cameras,
                                                     const std::filesystem::path& working_dir);

}  // namespace sentinel::config
