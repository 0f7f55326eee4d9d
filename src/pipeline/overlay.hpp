// How tracks look when they are drawn into a picture.
#pragma once

#include <string>
#include <vector>

#include "domain/track.hpp"
#include "media/jpeg.hpp"

namespace sentinel::pipeline {

// "person 0.87", in the colour of the class.
media::Overlay overlay_of(const domain::Box& box, int class_id, float score,
                          const std::vector<std::string>& class_names);

}  // namespace sentinel::pipeline
