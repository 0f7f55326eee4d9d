#include "app/analyze_input.hpp"

#include <filesystem>
#include <system_error>

#include "media/probe.hpp"
#include "media/url.hpp"

namespace sentinel::app {
namespace {

bool is_address(const std::string& source) {
  return source.find("://") != std::string::npos;
}

Result<AnalyzeInput> open_path(const std::string& path) {
  auto length = media::probe_file(path);
  if (!length) return length.error();
  AnalyzeInput out;
  out.camera.url = path;
  out.length = *length;
  return out;
}

}  // namespace

std::string shown_source(const std::string& source) {
  if (!is_address(source)) return source.empty() ? "''" : source;
  const auto parsed = media::parse_camera_url(source);
  return parsed ? media::mask_secrets(media::to_text(parsed->url)) : "the address";
}

Result<AnalyzeInput> open_input(const std::string& source, const media::SourceGuards& guards) {
  if (!is_address(source)) {
    std::error_code failure;
    const auto path = std::filesystem::absolute(source, failure);
    if (source.empty() || failure) return invalid("The path of the file is empty or too long");
    return open_path(path.string());
  }
  auto parsed = media::parse_camera_url(source);
  if (!parsed) return parsed.error();
  if (parsed->url.scheme == media::UrlScheme::kFile) return open_path(parsed->url.target);
  AnalyzeInput out;
  out.camera.url = media::to_text(parsed->url);
  out.camera.credentials = std::move(parsed->credentials);
  if (const Status fit = media::check_source(
          {.camera_id = "analyze", .url = out.camera.url, .credentials = out.camera.credentials}, guards);
      !fit) {
    return fit.error();
  }
  return out;
}

}  // namespace sentinel::app
