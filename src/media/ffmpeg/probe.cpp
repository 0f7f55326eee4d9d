#include "media/probe.hpp"

#include <filesystem>

#include "base/clock.hpp"
#include "media/ffmpeg/av_input.hpp"
#include "media/ffmpeg/av_log.hpp"
#include "media/file_guard.hpp"

namespace sentinel::media {

std::optional<StreamTime> probe_length(const std::string& path) {
  const auto file = FileGuard::unrestricted().open_allowed(std::filesystem::absolute(path));
  if (!file) return std::nullopt;
  const SystemClock clock;
  const Interrupt never;
  AvWatch watch{clock, never};
  const AvLogScope log{"probe", &watch};
  AvInput input{watch, {}};
  if (!input.open_file(*file)) return std::nullopt;
  return input.length();
}

}  // namespace sentinel::media
