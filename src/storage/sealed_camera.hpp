// What of a camera must not stand readable in a store: its credentials, and the query of its URL, where many
// cameras take theirs ("?user=…&password=…").
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "auth/keys.hpp"
#include "domain/camera.hpp"

namespace sentinel::storage {

// The URL up to its query.
std::string_view open_url(const domain::Camera& camera);

// The rest of the URL and the credentials, encrypted for the row of camera.id. Empty when there is neither.
std::optional<std::vector<std::uint8_t>> seal_secrets(const auth::Key& key, const domain::Camera& camera);

// The other way, into a camera that has its id and its open URL. False, and nothing changed, when the box
// does not open: its key or its row is another one.
bool open_secrets(const auth::Key& key, const std::vector<std::uint8_t>& box, domain::Camera& camera);

}  // namespace sentinel::storage
