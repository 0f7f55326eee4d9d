#include "vision/motion.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace sentinel::vision {
namespace {

constexpr std::uint8_t kMoved = 1;
constexpr std::uint8_t kMovedKnown = 2;
constexpr float kDeviationOfMean = 1.2533F;  // standard deviation over mean absolute deviation, of a Gaussian
constexpr float kFirstNoise = 0.8F;
constexpr int kCellMin = 4;    // pixels: the mean of fewer is too noisy
constexpr int kCellMax = 256;  // pixels: more rows of 255 would overflow 16 bits
// The overall brightness is taken from every so manieth cell, of those that are not dark.
constexpr std::size_t kBrightnessStep = 7;
constexpr float kDark = 16;
constexpr std::size_t kBrightnessCellsMin = 16;

void add_row(const std::uint8_t* __restrict row, std::size_t count, std::uint16_t* __restrict sums) {
  for (std::size_t x = 0; x < count; ++x) sums[x] = static_cast<std::uint16_t>(sums[x] + row[x]);
}

float share_of(StreamTime passed, StreamTime time_constant) {
  return static_cast<float>(1 - std::exp(-to_seconds(passed) / to_seconds(time_constant)));
}

}  // namespace

void MotionGate::restart(const domain::Frame& frame) {
  frame_width_ = frame.width;
  frame_height_ = frame.height;
  cell_ = std::min({std::clamp(frame.height / config_.rows, kCellMin, kCellMax), frame.width, frame.height});
  columns_ = std::max(frame.width / cell_, 1);
  rows_ = std::max(frame.height / cell_, 1);
  const std::size_t cells = index(0, rows_);
  column_sums_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(cell_), 0);
  sample_.assign(cells, 0);
  background_.assign(cells, 0);
  noise_.assign(cells, kFirstNoise);
  moved_.assign(cells, 0);
  ratios_.reserve(cells / kBrightnessStep + 1);
  frames_ = 0;
  open_until_ = stirs_until_ = frame.stream_time;
}

// The mean luma of each cell; what is left over at the right and the bottom is not looked at.
void MotionGate::reduce(const domain::Frame& frame) {
  const auto cell = static_cast<std::size_t>(cell_);
  const float mean = 1.F / static_cast<float>(cell_ * cell_);
  for (int row = 0; row < rows_; ++row) {
    std::fill(column_sums_.begin(), column_sums_.end(), std::uint16_t{0});
    for (int y = row * cell_; y < (row + 1) * cell_; ++y) {
      add_row(frame.planes[0] + static_cast<std::ptrdiff_t>(y) * frame.strides[0], column_sums_.size(),
              column_sums_.data());
    }
    const std::uint16_t* sums = column_sums_.data();
    for (int column = 0; column < columns_; ++column, sums += cell) {
      std::uint32_t sum = 0;
      for (std::size_t i = 0; i < cell; ++i) sum += sums[i];
      sample_[index(column, row)] = static_cast<float>(sum) * mean;
    }
  }
}

// Scales the background to the picture's overall brightness: by the median of the cells' ratios, which what
// moves does not change unless it covers half of the picture.
void MotionGate::follow_brightness() {
  ratios_.clear();
  for (std::size_t i = 0; i < sample_.size(); i += kBrightnessStep) {
    if (background_[i] > kDark && sample_[i] > kDark) ratios_.push_back(sample_[i] / background_[i]);
  }
  if (ratios_.size() < kBrightnessCellsMin) return;
  const auto middle = ratios_.begin() + static_cast<std::ptrdiff_t>(ratios_.size() / 2);
  std::nth_element(ratios_.begin(), middle, ratios_.end());
  for (float& value : background_) value = std::min(value * *middle, 255.F);
}

void MotionGate::compare() {
  const float gain = config_.noise_gain * kDeviationOfMean;
  for (std::size_t i = 0; i < sample_.size(); ++i) {
    const float limit = std::clamp(gain * noise_[i], config_.difference_min, config_.difference_max);
    moved_[i] = std::abs(sample_[i] - background_[i]) > limit ? kMoved : 0;
  }
}

void MotionGate::mark_known(std::span<const domain::Box> known) {
  const auto to_cell = [this](float pixel, int cells) {
    return static_cast<int>(std::clamp(pixel / static_cast<float>(cell_), 0.F, static_cast<float>(cells)));
  };
  for (const domain::Box& box : known) {
    const float margin_x = config_.known_margin * box.width;
    const float margin_y = config_.known_margin * box.height;
    const int left = to_cell(box.x - margin_x, columns_);
    const int right = to_cell(box.right() + margin_x, columns_);
    const int bottom = to_cell(box.bottom() + margin_y, rows_);
    for (int row = to_cell(box.y - margin_y, rows_); row < bottom; ++row) {
      for (int column = left; column < right; ++column) {
        std::uint8_t& cell = moved_[index(column, row)];
        if (cell) cell = kMovedKnown;
      }
    }
  }
}

// Cells of that kind beside another one. Noise moves cells here and there, things move neighbours.
int MotionGate::count_clustered(std::uint8_t wanted) const {
  int count = 0;
  for (int row = 0; row < rows_; ++row) {
    for (int column = 0; column < columns_; ++column) {
      if (moved_[index(column, row)] != wanted) continue;
      int alike = 0;
      for (int y = std::max(row - 1, 0); y <= std::min(row + 1, rows_ - 1); ++y) {
        for (int x = std::max(column - 1, 0); x <= std::min(column + 1, columns_ - 1); ++x) {
          alike += moved_[index(x, y)] == wanted ? 1 : 0;
        }
      }
      if (alike > 1) ++count;  // itself is one
    }
  }
  return count;
}

void MotionGate::learn(StreamTime passed) {
  // A plain mean at first, so that one noisy frame is not the background for seconds.
  const float first = 1.F / static_cast<float>(frames_ + 1);
  const float background_share = std::max(share_of(passed, config_.background_time), first);
  const float noise_share = std::max(share_of(passed, config_.noise_time), first);
  const float noise_max = config_.difference_max / (config_.noise_gain * kDeviationOfMean);
  for (std::size_t i = 0; i < sample_.size(); ++i) {
    const float difference = sample_[i] - background_[i];
    background_[i] += background_share * difference;
    noise_[i] += noise_share * (std::min(std::abs(difference), noise_max) - noise_[i]);
  }
}

MotionResult MotionGate::step(const domain::Frame& frame, std::span<const domain::Box> known) {
  if (frame.width < 2 || frame.height < 2 || !frame.planes[0]) {
    throw std::invalid_argument("the frame is too small or lacks its luma");
  }
  const bool anew = frames_ == 0 || frame.width != frame_width_ || frame.height != frame_height_ ||
                    frame.stream_time < now_;
  if (anew) restart(frame);
  const StreamTime passed = anew ? StreamTime{0} : frame.stream_time - now_;
  now_ = frame.stream_time;
  reduce(frame);
  MotionResult result;
  if (!anew) {
    follow_brightness();
    compare();
    mark_known(known);
    const int moved = count_clustered(kMoved);
    const int stirred = count_clustered(kMovedKnown);
    result.area = static_cast<float>(moved + stirred) / static_cast<float>(moved_.size());
    if (moved >= config_.cells_min) open_until_ = now_ + config_.linger;
    if (stirred >= config_.cells_min) stirs_until_ = now_ + config_.linger;
  }
  if (anew || result.area > config_.scene_share) {
    frames_ = 0;
    settled_at_ = now_ + config_.settle;
    std::fill(noise_.begin(), noise_.end(), kFirstNoise);
    background_ = sample_;
  }
  learn(passed);
  ++frames_;
  result.moving = now_ < settled_at_ || now_ < open_until_;
  result.stirring = !result.moving && now_ < stirs_until_;
  return result;
}

}  // namespace sentinel::vision
