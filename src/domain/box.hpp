// Rectangles. A Box is in pixels of the frame it was found in, origin top left; a NormalizedBox is the same
// divided by the frame's width and height, so every member lies in 0..1.
#pragma once

#include <algorithm>

namespace sentinel::domain {

struct Box {
  float x = 0;  // left
  float y = 0;  // top
  float width = 0;
  float height = 0;

  float right() const { return x + width; }
  float bottom() const { return y + height; }
  float center_x() const { return x + width / 2; }
  float center_y() const { return y + height / 2; }
  float area() const { return width * height; }
};

struct NormalizedBox {
  float x = 0;
  float y = 0;
  float width = 0;
  float height = 0;
};

// Intersection over union, 0 for boxes that do not touch or have no area.
inline float iou(const Box& a, const Box& b) {
  const float width = std::min(a.right(), b.right()) - std::max(a.x, b.x);
  const float height = std::min(a.bottom(), b.bottom()) - std::max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const float shared = width * height;
  return shared / (a.area() + b.area() - shared);
}

// The part of `box` inside a frame of that size, normalised.
inline NormalizedBox normalize(const Box& box, int frame_width, int frame_height) {
  const float w = static_cast<float>(frame_width);
  const float h = static_cast<float>(frame_height);
  const float left = std::clamp(box.x, 0.F, w);
  const float top = std::clamp(box.y, 0.F, h);
  return {left / w, top / h, (std::clamp(box.right(), 0.F, w) - left) / w,
          (std::clamp(box.bottom(), 0.F, h) - top) / h};
}

}  // namespace sentinel::domain
