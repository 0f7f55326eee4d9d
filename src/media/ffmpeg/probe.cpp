#include "media/probe.hpp"

#include "base/clock.hpp"
#include "media/ffmpeg/av_input.hpp"
#include "media/ffmpeg/av_log.hpp"
#include "media/file_guard.hpp"

namespace sentinel::media {

Result<std::optional<StreamTime>> probe_file(const std::string& path) {
  const auto file = FileGuard::unrestricted().open_allowed(path);
  if (!file) return file.error();
  const SystemClock clock;
  const Interrupt never;
  AvWatch watch{clock, never};
  const AvLogScope log{"probe", &watch};
  AvInput input{watch, {}};
  if (const auto opened = input.open_file(*file); !opened) return opened.error();
  return input.length();
}

}  // namespace sentinel::media
