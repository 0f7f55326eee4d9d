// Where a box will be: a Kalman filter on centre x, centre y, aspect (width / height) and height with a
// constant velocity of each, as SORT (Bewley et al., ICIP 2016, arXiv 1602.00763) and DeepSORT have it. Their
// noise is stated a frame; here it is a second, so that the rate of the frames does not matter. As neither
// motion nor measurement mixes the four coordinates, their joint 8x8 filter falls apart into four of 2x2,
// which is what is computed.
#pragma once

#include "domain/box.hpp"

namespace sentinel::vision {

// One coordinate. Units are the coordinate's own and seconds.
struct CoordinateFilter {
  float position = 0;
  float velocity = 0;
  float position_variance = 0;
  float covariance = 0;
  float velocity_variance = 0;

  // The noises are standard deviations that a second adds.
  void predict(float seconds, float position_noise, float velocity_noise);
  void correct(float measured, float noise);
  // The coordinate stands still; how it will go on is as open as at the start.
  void stop(float velocity_deviation);
};

class BoxFilter {
 public:
  explicit BoxFilter(const domain::Box& first);

  // Moves the estimate on by `seconds` (0 or more).
  void predict(float seconds);
  // Takes a detection in. The better its score (0..1), the more it counts.
  void correct(const domain::Box& measured, float score);
  // For a thing that is known to stand still.
  void stop();
  // For a thing that is out of sight: its motion is forgotten to the e-th part in `time_constants` of 1.
  void slow_down(float time_constants);

  domain::Box box() const;  // of positive width and height

 private:
  CoordinateFilter x_, y_, aspect_, height_;
};

}  // namespace sentinel::vision
