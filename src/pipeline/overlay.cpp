#include "pipeline/overlay.hpp"

#include <fmt/core.h>

#include <array>

namespace sentinel::pipeline {

media::Overlay overlay_of(const domain::Box& box, int class_id, float score,
                          const std::vector<std::string>& class_names) {
  // Far apart in hue and bright enough for black text.
  static constexpr std::array<media::Rgb, 6> kColors{
      {{64, 224, 96}, {255, 176, 32}, {80, 176, 255}, {255, 112, 160}, {224, 224, 64}, {176, 128, 255}}};
  const auto index = static_cast<std::size_t>(class_id < 0 ? 0 : class_id);
  const std::string name =
      index < class_names.size() ? class_names[index] : fmt::format("class {}", class_id);
  return {box, fmt::format("{} {:.2f}", name, score), kColors[index % kColors.size()]};
}

}  // namespace sentinel::pipeline
