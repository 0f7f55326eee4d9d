// The best pairing of two sets, found exactly: the Hungarian method by shortest augmenting paths (Jonker and
// Volgenant 1987), in the time of rows^2 * columns with the rows the fewer.
#pragma once

#include <cstddef>
#include <vector>

namespace sentinel::vision {

// What pairing row r with column c is worth.
class GainMatrix {
 public:
  GainMatrix(std::size_t rows, std::size_t columns)
      : rows_{rows}, columns_{columns}, gains_(rows * columns) {}
  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  float& at(std::size_t row, std::size_t column) { return gains_[row * columns_ + column]; }
  float at(std::size_t row, std::size_t column) const { return gains_[row * columns_ + column]; }

 private:
  std::size_t rows_;
  std::size_t columns_;
  std::vector<float> gains_;
};

struct Pairing {
  std::size_t row;
  std::size_t column;
};

// Pairs rows and columns, each at most once, so that the sum of the gains is the greatest. Pairs that gain
// nothing (0 or less) are not made. Sorted by row; the same matrix always gives the same answer. Gains are
// finite.
std::vector<Pairing> assign_best(const GainMatrix& gains);

}  // namespace sentinel::vision
