#include "vision/assignment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <set>

namespace sentinel::vision {
namespace {

GainMatrix matrix(const std::vector<std::vector<float>>& rows) {
  GainMatrix gains{rows.size(), rows.empty() ? 0 : rows[0].size()};
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t c = 0; c < rows[r].size(); ++c) gains.at(r, c) = rows[r][c];
  }
  return gains;
}

std::vector<std::pair<std::size_t, std::size_t>> pairs_of(const GainMatrix& gains) {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (const Pairing& pair : assign_best(gains)) pairs.emplace_back(pair.row, pair.column);
  return pairs;
}

// Tries every pairing.
float best_by_force(const GainMatrix& gains, std::size_t row, std::set<std::size_t>& taken) {
  if (row == gains.rows()) return 0;
  float best = best_by_force(gains, row + 1, taken);
  for (std::size_t column = 0; column < gains.columns(); ++column) {
    if (gains.at(row, column) <= 0 || !taken.insert(column).second) continue;
    best = std::max(best, gains.at(row, column) + best_by_force(gains, row + 1, taken));
    taken.erase(column);
  }
  return best;
}

TEST(AssignBest, Table) {
  using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;
  EXPECT_EQ(pairs_of(GainMatrix{0, 0}), Pairs{});
  EXPECT_EQ(pairs_of(GainMatrix{3, 0}), Pairs{});
  EXPECT_EQ(pairs_of(GainMatrix{0, 3}), Pairs{});
  EXPECT_EQ(pairs_of(matrix({{0.5F}})), (Pairs{{0, 0}}));
  EXPECT_EQ(pairs_of(matrix({{0.F}})), Pairs{}) << "what gains nothing is not paired";
  EXPECT_EQ(pairs_of(matrix({{-1, -2}, {-3, -4}})), Pairs{});
  EXPECT_EQ(pairs_of(matrix({{9, 8}, {8, 1}})), (Pairs{{0, 1}, {1, 0}}))
      << "the sum counts, not the best pair";
  EXPECT_EQ(pairs_of(matrix({{5, 4}, {3, -1}})), (Pairs{{0, 1}, {1, 0}}));
  EXPECT_EQ(pairs_of(matrix({{9, 4}, {3, -1}})), (Pairs{{0, 0}})) << "a row may stay alone";
  EXPECT_EQ(pairs_of(matrix({{1, 7, 3}})), (Pairs{{0, 1}}));
  EXPECT_EQ(pairs_of(matrix({{1}, {7}, {3}})), (Pairs{{1, 0}}));
}

TEST(AssignBest, IsAsGoodAsTryingAll) {
  std::mt19937 random{5};
  for (int round = 0; round < 500; ++round) {
    GainMatrix gains{random() % 7, random() % 7};
    for (std::size_t r = 0; r < gains.rows(); ++r) {
      for (std::size_t c = 0; c < gains.columns(); ++c) {
        gains.at(r, c) = static_cast<float>(random() % 12) - 4;  // with ties, a third of them worthless
      }
    }
    float sum = 0;
    std::set<std::size_t> rows, columns;
    for (const Pairing& pair : assign_best(gains)) {
      EXPECT_GT(gains.at(pair.row, pair.column), 0);
      EXPECT_TRUE(rows.insert(pair.row).second);
      EXPECT_TRUE(columns.insert(pair.column).second);
      sum += gains.at(pair.row, pair.column);
    }
    std::set<std::size_t> taken;
    ASSERT_FLOAT_EQ(sum, best_by_force(gains, 0, taken)) << "round " << round;
  }
}

}  // namespace
}  // namespace sentinel::vision
