#include "pipeline/recorded_detections.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sentinel::pipeline {

namespace {

constexpr std::string_view kClassesMark = "# classes ";
constexpr std::size_t kLineBytesMax = 64 * 1024;

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

struct Line {
  std::uint64_t sequence = 0;
  domain::Detection detection;
};

std::optional<Line> read_line(std::string_view text) {
  const auto parts = split(text, ',');
  Line line;
  std::uint64_t frame = 0;
  if (parts.size() != 7 || !read_number(parts[0], frame) || frame == 0) return std::nullopt;
  line.sequence = frame - 1;
  auto& [box, class_id, score] = line.detection;
  if (!read_number(parts[1], class_id)) return std::nullopt;
  const std::array<float*, 5> numbers{&score, &box.x, &box.y, &box.width, &box.height};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!read_number(parts[i + 2], *numbers[i])) return std::nullopt;
  }
  return line;
}

}  // namespace

std::vector<domain::Detection> DetectionRecorder::infer(std::size_t slot, const domain::Frame& frame) {
  auto detections = inner_.infer(slot, frame);
  seen_.with([&](auto& seen) { seen[frame.sequence] = detections; });
  return detections;
}

void DetectionRecorder::write(std::ostream& out) const {
  out << kClassesMark << fmt::format("{}", fmt::join(info().class_names, "|")) << '\n';
  for (const auto& [sequence, detections] : seen_.copy()) {
    for (const auto& d : detections) {  // {} prints a float by the fewest digits that read back as the same
      out << fmt::format("{},{},{},{},{},{},{}\n", sequence + 1, d.class_id, d.score, d.box.x, d.box.y,
                         d.box.width, d.box.height);
    }
  }
}

Result<RecordedDetector> RecordedDetector::read(std::istream& in) {
  RecordedDetector detector;
  detector.info_.file = "recorded detections";
  detector.info_.device = "none";
  std::string text;
  for (int number = 1; std::getline(in, text); ++number) {
    if (text.size() > kLineBytesMax) return invalid(fmt::format("Line {} is too long", number));
    if (text.starts_with(kClassesMark)) {
      for (const auto name : split(std::string_view{text}.substr(kClassesMark.size()), '|')) {
        detector.info_.class_names.emplace_back(name);
      }
    }
    if (text.empty() || text.starts_with('#')) continue;
    const auto line = read_line(text);
    if (!line) return invalid(fmt::format("Line {} is not \"frame,class,score,x,y,width,height\"", number));
    detector.seen_[line->sequence].push_back(line->detection);
  }
  if (detector.info_.class_names.empty()) return invalid("There is no line \"# classes …\"");
  return detector;
}

std::vector<domain::Detection> RecordedDetector::infer(std::size_t, const domain::Frame& frame) {
  const auto found = seen_.find(frame.sequence);
  return found == seen_.end() ? std::vector<domain::Detection>{} : found->second;
}

}  // namespace sentinel::pipeline
