#include "vision/kalman.hpp"

#include <algorithm>
#include <cmath>

namespace sentinel::vision {
namespace {

// Shares of the box's height (for the aspect plain numbers). DeepSORT's values a frame, 1/20 and 1/160 of the
// height, taken at the 30 frames a second of the videos that they were found on.
constexpr float kMeasured = 0.07F;      // of a detection
constexpr float kPositionDrift = 0.2F;  // 1/20 * sqrt(30), a second
constexpr float kVelocityDrift = 0.6F;  // 1/160 * 30 * sqrt(30), a second and a second
constexpr float kFirstVelocity = 1.0F;  // a second: a walking person moves 0.8 of its height
constexpr float kAspectMeasured = 0.1F;
constexpr float kAspectDrift = 0.1F;
constexpr float kAspectVelocityDrift = 0.01F;
constexpr float kSizeMin = 1;  // pixels
constexpr float kAspectMin = 0.05F;

CoordinateFilter start(float position, float deviation, float velocity_deviation) {
  return {position, 0, deviation * deviation, 0, velocity_deviation * velocity_deviation};
}

float aspect_of(const domain::Box& box) {
  return std::max(box.width, kSizeMin) / std::max(box.height, kSizeMin);
}

}  // namespace

void CoordinateFilter::predict(float seconds, float position_noise, float velocity_noise) {
  position += seconds * velocity;
  position_variance +=
      seconds * (2 * covariance + seconds * velocity_variance) + seconds * position_noise * position_noise;
  covariance += seconds * velocity_variance;
  velocity_variance += seconds * velocity_noise * velocity_noise;
}

void CoordinateFilter::correct(float measured, float noise) {
  const float innovation_variance = position_variance + noise * noise;
  const float position_gain = position_variance / innovation_variance;
  const float velocity_gain = covariance / innovation_variance;
  const float innovation = measured - position;
  position += position_gain * innovation;
  velocity += velocity_gain * innovation;
  velocity_variance -= velocity_gain * covariance;
  covariance -= position_gain * covariance;
  position_variance -= position_gain * position_variance;
}

void CoordinateFilter::stop(float velocity_deviation) {
  velocity = 0;
  covariance = 0;
  velocity_variance = velocity_deviation * velocity_deviation;
}

BoxFilter::BoxFilter(const domain::Box& first) {
  const float height = std::max(first.height, kSizeMin);
  x_ = start(first.center_x(), 2 * kMeasured * height, kFirstVelocity * height);
  y_ = start(first.center_y(), 2 * kMeasured * height, kFirstVelocity * height);
  aspect_ = start(aspect_of(first), kAspectMeasured, kAspectVelocityDrift);
  height_ = start(height, 2 * kMeasured * height, kFirstVelocity * height);
}

void BoxFilter::predict(float seconds) {
  const float height = std::max(height_.position, kSizeMin);
  x_.predict(seconds, kPositionDrift * height, kVelocityDrift * height);
  y_.predict(seconds, kPositionDrift * height, kVelocityDrift * height);
  aspect_.predict(seconds, kAspectDrift, kAspectVelocityDrift);
  height_.predict(seconds, kPositionDrift * height, kVelocityDrift * height);
}

void BoxFilter::correct(const domain::Box& measured, float score) {
  const float height = std::max(height_.position, kSizeMin);
  // A detection of score 0.5 counts as DeepSORT's; as StrongSORT's NSA filter, but never without noise.
  const float doubt = std::clamp(2 * (1 - score), 0.2F, 2.F);
  const float noise = kMeasured * height * std::sqrt(doubt);
  x_.correct(measured.center_x(), noise);
  y_.correct(measured.center_y(), noise);
  aspect_.correct(aspect_of(measured), kAspectMeasured * std::sqrt(doubt));
  height_.correct(std::max(measured.height, kSizeMin), noise);
}

void BoxFilter::stop() {
  const float deviation = kFirstVelocity * std::max(height_.position, kSizeMin);
  x_.stop(deviation);
  y_.stop(deviation);
  aspect_.stop(kAspectVelocityDrift);
  height_.stop(deviation);
}

// The height keeps still at once: an estimate that grows or shrinks while nothing is seen runs away.
void BoxFilter::slow_down(float time_constants) {
  const float kept = std::exp(-time_constants);
  x_.velocity *= kept;
  y_.velocity *= kept;
  aspect_.velocity = 0;
  height_.velocity = 0;
}

domain::Box BoxFilter::box() const {
  const float height = std::max(height_.position, kSizeMin);
  const float width = std::max(aspect_.position, kAspectMin) * height;
  return {x_.position - width / 2, y_.position - height / 2, width, height};
}

}  // namespace sentinel::vision
