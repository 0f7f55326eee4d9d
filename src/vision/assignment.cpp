#include "vision/assignment.hpp"

#include <algorithm>
#include <limits>

namespace sentinel::vision {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// Rows are added one by one, each along the cheapest path of exchanges. Potentials keep all reduced costs at
// 0 or more, so the path is found as by Dijkstra. Needs rows <= columns.
class Solver {
 public:
  Solver(const GainMatrix& gains, bool transposed)
      : gains_{gains},
        transposed_{transposed},
        rows_{transposed ? gains.columns() : gains.rows()},
        columns_{transposed ? gains.rows() : gains.columns()},
        row_potential_(rows_),
        column_potential_(columns_),
        owner_(columns_, kNone),
        distance_(columns_),
        before_(columns_),
        done_(columns_) {}

  std::vector<Pairing> solve() {
    for (std::size_t row = 0; row < rows_; ++row) add(row);
    std::vector<Pairing> pairs;
    for (std::size_t column = 0; column < columns_; ++column) {
      if (owner_[column] == kNone || !(cost(owner_[column], column) < 0)) continue;
      pairs.push_back(transposed_ ? Pairing{column, owner_[column]} : Pairing{owner_[column], column});
    }
    std::sort(pairs.begin(), pairs.end(), [](const Pairing& a, const Pairing& b) { return a.row < b.row; });
    return pairs;
  }

 private:
  // A pair that gains nothing costs as much as none, so a row may stay alone by taking any such column.
  double cost(std::size_t row, std::size_t column) const {
    return -std::max(transposed_ ? gains_.at(column, row) : gains_.at(row, column), 0.F);
  }

  void add(std::size_t row) {
    std::fill(distance_.begin(), distance_.end(), std::numeric_limits<double>::infinity());
    std::fill(before_.begin(), before_.end(), kNone);
    std::fill(done_.begin(), done_.end(), false);
    std::size_t from_row = row;
    std::size_t from_column = kNone;
    double reached = 0;
    while (from_row != kNone) {
      relax(from_row, from_column, reached);
      from_column = nearest();
      reached = distance_[from_column];
      done_[from_column] = true;
      from_row = owner_[from_column];
    }
    update_potentials(row, reached);
    for (std::size_t column = from_column; column != kNone; column = before_[column]) {
      owner_[column] = before_[column] == kNone ? row : owner_[before_[column]];
    }
  }

  void relax(std::size_t row, std::size_t column_before, double reached) {
    for (std::size_t column = 0; column < columns_; ++column) {
      if (done_[column]) continue;
      const double there = reached + cost(row, column) - row_potential_[row] - column_potential_[column];
      if (there < distance_[column]) {
        distance_[column] = there;
        before_[column] = column_before;
      }
    }
  }

  std::size_t nearest() const {
    std::size_t best = kNone;
    for (std::size_t column = 0; column < columns_; ++column) {
      if (!done_[column] && (best == kNone || distance_[column] < distance_[best])) best = column;
    }
    return best;
  }

  void update_potentials(std::size_t row, double reached) {
    row_potential_[row] += reached;
    for (std::size_t column = 0; column < columns_; ++column) {
      if (!done_[column]) continue;
      column_potential_[column] += distance_[column] - reached;
      if (owner_[column] != kNone) row_potential_[owner_[column]] += reached - distance_[column];
    }
  }

  const GainMatrix& gains_;
  const bool transposed_;
  const std::size_t rows_;
  const std::size_t columns_;
  std::vector<double> row_potential_;
  std::vector<double> column_potential_;
  std::vector<std::size_t> owner_;  // the row of each column
  // Of the search for one row: the cost of the cheapest path to each column, and the column before it on the
  // path.
  std::vector<double> distance_;
  std::vector<std::size_t> before_;
  std::vector<bool> done_;
};

}  // namespace

std::vector<Pairing> assign_best(const GainMatrix& gains) {
  return Solver{gains, gains.rows() > gains.columns()}.solve();
}

}  // namespace sentinel::vision
