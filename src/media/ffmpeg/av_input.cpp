#include "media/ffmpeg/av_input.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "media/ffmpeg/av_error.hpp"
#include "media/ffmpeg/av_log.hpp"
#include "media/ffmpeg/av_options.hpp"

namespace sentinel::media {
namespace {

constexpr int kReadBytes = 64 * 1024;
constexpr AVRational kMicroseconds{1, 1'000'000};

std::string seconds_text(std::chrono::milliseconds span) {
  return fmt::format("{:g} s", static_cast<double>(span.count()) / 1000);
}

// libav opens nothing by itself: what a file refers to stays closed, whatever the demuxer thinks of it.
int refuse_to_open(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) {
  return AVERROR(EPERM);
}

}  // namespace

// What libav reads a file through: by position, from a descriptor that was checked.
struct AvInput::FileReader {
  int fd = -1;
  std::int64_t size = 0;
  std::int64_t at = 0;
  AvWatch* watch = nullptr;

  static int read(void* self, std::uint8_t* out, int count) {
    auto& file = *static_cast<FileReader*>(self);
    if (file.watch->should_stop()) return AVERROR_EXIT;
    const ssize_t got = ::pread(file.fd, out, static_cast<std::size_t>(count), file.at);
    if (got < 0) return AVERROR(errno);
    file.at += got;
    return got == 0 ? AVERROR_EOF : static_cast<int>(got);
  }

  static std::int64_t seek(void* self, std::int64_t offset, int whence) {
    auto& file = *static_cast<FileReader*>(self);
    std::int64_t from = 0;
    switch (whence & ~AVSEEK_FORCE) {
      case AVSEEK_SIZE:
        return file.size;
      case SEEK_CUR:
        from = file.at;
        break;
      case SEEK_END:
        from = file.size;
        break;
      default:
        break;
    }
    // An offset out of a hostile header may be near the limits of its type.
    std::int64_t target = 0;
    if (__builtin_add_overflow(from, offset, &target) || target < 0) return AVERROR(EINVAL);
    file.at = target;
    return target;
  }
};

AvInput::~AvInput() {
  format_.reset();
  watch_.detach();
}

Error AvInput::fail(int code, bool reading) const {
  const std::string detail = current_complaint();
  if (watch_.interrupted()) return unavailable("Interrupted");
  if (watch_.redirected()) {
    return Error{
        ErrorKind::kForbidden,
        ClientText{"The camera redirects to another address; enter that address, redirects are not followed"},
        LogText{detail}};
  }
  if (watch_.expired()) {
    return reading
               ? unavailable("No data for " + seconds_text(timeouts_.stall), detail)
               : unavailable("No answer from the camera within " + seconds_text(timeouts_.connect), detail);
  }
  if (live_) return map_av_error(code, reading ? AvStage::kReadCamera : AvStage::kConnect, detail);
  return map_av_error(code, reading ? AvStage::kReadFile : AvStage::kOpenFile, detail);
}

Status AvInput::open_camera(const std::string& url, UrlScheme scheme) {
  live_ = true;
  format_.reset(avformat_alloc_context());
  if (!format_) return fail(AVERROR(ENOMEM), false);
  format_->io_open = &refuse_to_open;
  watch_.attach(format_.get(), true);
  return open(url, av_find_input_format("rtsp"), rtsp_options(scheme, timeouts_.connect));
}

Status AvInput::open_file(const OwnedFd& file) {
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return fail(AVERROR(errno), false);
  // Some that claim to be regular wait for what may never come, such as /proc/kmsg.
  if (status.st_size == 0) return invalid("The file is empty, so it is not a video");
  reader_ = std::make_shared<FileReader>();
  reader_->fd = file.get();
  reader_->size = status.st_size;
  reader_->watch = &watch_;
  auto* buffer = static_cast<std::uint8_t*>(av_malloc(kReadBytes));
  if (buffer != nullptr) {
    io_.reset(avio_alloc_context(buffer, kReadBytes, 0, reader_.get(), &FileReader::read, nullptr,
                                 &FileReader::seek));
  }
  format_.reset(avformat_alloc_context());
  if (!io_ || !format_) return fail(AVERROR(ENOMEM), false);
  format_->pb = io_.get();
  format_->io_open = &refuse_to_open;
  watch_.attach(format_.get(), false);
  return open("", nullptr, file_options());
}

Status AvInput::open(const std::string& url, const AVInputFormat* format, AvOptions options) {
  watch_.arm(timeouts_.connect);
  AVFormatContext* context = format_.release();  // libav frees it when the opening fails
  const int code = avformat_open_input(&context, url.c_str(), format, options.get());
  if (code < 0) {
    watch_.detach();
    return fail(code, false);
  }
  format_.reset(context);
  if (const std::string name = options.unknown(); !name.empty())
    return internal("libav has no option " + name);
  return find_video();
}

Status AvInput::look_into_streams() {
  AvOptions wanted = decoder_options();
  std::vector<AVDictionary*> options(format_->nb_streams,
                                     nullptr);  // libav replaces them by what it did not take
  for (auto& each : options) av_dict_copy(&each, *wanted.get(), 0);
  watch_.arm(timeouts_.stall);
  const int code = avformat_find_stream_info(format_.get(), options.empty() ? nullptr : options.data());
  for (auto& each : options) av_dict_free(&each);
  if (watch_.should_stop()) return fail(AVERROR_EXIT, true);
  if (code < 0) return fail(code, false);
  return {};
}

Status AvInput::find_video() {
  // A camera's SDP names the codec. Looking into its stream would hold the first picture back by seven more,
  // half a second at 15 a second, and decode them twice.
  if (!live_) {
    for (unsigned i = 0; i < format_->nb_streams; ++i) {
      const AVCodecParameters& claimed = *format_->streams[i]->codecpar;
      if (const auto fits = check_size(claimed.width, claimed.height); !fits) return fits;
    }
    if (const auto known = look_into_streams(); !known) return known;
  }
  const int best = av_find_best_stream(format_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (best < 0) {
    return Error{ErrorKind::kUnsupported,
                 ClientText{live_ ? "The camera's stream has no video" : "The file has no video"}};
  }
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    if (i != static_cast<unsigned>(best)) format_->streams[i]->discard = AVDISCARD_ALL;
  }
  video_ = format_->streams[best];
  return check_size(video_->codecpar->width, video_->codecpar->height);
}

Result<bool> AvInput::read(AVPacket& packet) {
  watch_.arm(timeouts_.stall);
  while (true) {
    av_packet_unref(&packet);
    const int code = av_read_frame(format_.get(), &packet);
    // First of all: told to give up, libav still hands out the picture that its parser holds.
    if (watch_.should_stop()) return fail(AVERROR_EXIT, true);
    if (code == AVERROR_EOF && !live_) return false;
    if (code == AVERROR(EAGAIN)) continue;
    if (code < 0) return fail(code, true);
    if (packet.stream_index == video_->index) return true;
  }
}

std::chrono::microseconds AvInput::frame_duration() const {
  const AVRational rate = av_guess_frame_rate(format_.get(), video_, nullptr);
  const double fps = rate.den > 0 ? av_q2d(rate) : 0;
  if (fps < 0.1 || fps > 240) return std::chrono::microseconds{40'000};
  return std::chrono::microseconds{av_rescale_q(1, av_inv_q(rate), kMicroseconds)};
}

std::optional<std::chrono::microseconds> AvInput::length() const {
  if (format_->duration == AV_NOPTS_VALUE || format_->duration <= 0) return std::nullopt;
  return std::chrono::microseconds{av_rescale(format_->duration, 1'000'000, AV_TIME_BASE)};
}

}  // namespace sentinel::media
