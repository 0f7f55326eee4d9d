// The server's secret: given by SECRET_KEY, or made at the first start and kept in the data directory.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace sentinel::app {

// The given key, else the one in DATA_DIR/secret.key, else a fresh one that is written there with mode 0600.
// Throws std::runtime_error when the file cannot be read or written, holds under 32 bytes, or may be read by
// others.
std::string load_secret_key(const std::optional<std::string>& given, const std::filesystem::path& data_dir);

// Writes `text` to a file that only its owner may read, replacing it whole.
void write_private_file(const std::filesystem::path& path, const std::string& text);

}  // namespace sentinel::app
