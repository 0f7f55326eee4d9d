#include "app/progress.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sentinel::app {
namespace {

constexpr std::size_t kWidth = 30;
constexpr std::chrono::milliseconds kEvery{200};

}  // namespace

Progress::Progress(std::ostream& out, bool on_terminal, std::optional<StreamTime> length, const Clock& clock)
    : out_{out}, on_terminal_{on_terminal}, length_{length}, clock_{clock}, start_{clock.mono_now()} {}

void Progress::show(StreamTime done) {
  const MonoTime now = clock_.mono_now();
  if (!on_terminal_ || now < due_) return;
  due_ = now + kEvery;
  const double passed = std::chrono::duration<double>(now - start_).count();
  const double speed = passed > 0 ? to_seconds(done) / passed : 0;
  if (!length_) {
    out_ << fmt::format("\r{:.1f} s, {:.1f} x  ", to_seconds(done), speed) << std::flush;
    return;
  }
  const double share = std::clamp(to_seconds(done) / to_seconds(*length_), 0.0, 1.0);
  const auto full = static_cast<std::size_t>(share * kWidth);
  const double left = speed > 0 ? (to_seconds(*length_) - to_seconds(done)) / speed : 0;
  out_ << fmt::format("\r[{}{}] {:3.0f} %  {:.1f} x  {:.0f} s left  ", std::string(full, '#'),
                      std::string(kWidth - full, '.'), share * 100, speed, std::max(left, 0.0))
       << std::flush;
}

void Progress::end() {
  if (on_terminal_) out_ << "\r\033[K" << std::flush;
}

}  // namespace sentinel::app
