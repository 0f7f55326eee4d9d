#include "media/ffmpeg/av_log.hpp"

extern "C" {
#include <libavutil/log.h>
#include <libavutil/mem.h>
}

#include <array>
#include <cstdarg>
#include <cstdio>
#include <mutex>

#include "base/log.hpp"
#include "media/url.hpp"

namespace sentinel::media {
namespace {

thread_local AvLogScope* current_scope = nullptr;

// Called by libav on whichever thread it runs; must not throw through C code.
void on_av_log(void* context, int level, const char* format, va_list arguments) noexcept {
  if (current_scope != nullptr) current_scope->pass_on(context);
  const bool complaint = level <= AV_LOG_WARNING && current_scope != nullptr;
  const bool logged = level <= AV_LOG_INFO && log::enabled(log::Level::kDebug);
  if (!complaint && !logged) return;
  try {
    std::array<char, 1024> line{};
    int at_line_start = 1;
    va_list copy;
    va_copy(copy, arguments);
    av_log_format_line2(context, level, format, copy, line.data(), static_cast<int>(line.size()),
                        &at_line_start);
    va_end(copy);
    std::string text = mask_secrets(line.data());
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    if (logged) log::debug(current_scope == nullptr ? "libav" : current_scope->name(), "{}", text);
    if (complaint) current_scope->note(std::move(text));
  } catch (...) {  // no memory for a log line
  }
}

}  // namespace

AvLogScope::AvLogScope(std::string_view scope, AvWatch* watch)
    : name_{scope}, watch_{watch}, outer_{current_scope} {
  static std::once_flag installed;
  std::call_once(installed, [] {
    av_log_set_callback(&on_av_log);
    av_max_alloc(kAllocMax);
  });
  current_scope = this;
}

AvLogScope::~AvLogScope() {
  current_scope = outer_;
}

std::string current_complaint() {
  return current_scope == nullptr ? std::string{} : current_scope->last_complaint();
}

}  // namespace sentinel::media
