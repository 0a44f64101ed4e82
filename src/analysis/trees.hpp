// Boosted decision trees of one depth: the sum over the trees of the leaf that the features lead to is the
// log odds (Friedman 2001, "Greedy function approximation"). Evaluated without a branch that depends on the
// data.
#pragma once

#include <cstdint>
#include <span>

namespace ziptone::analysis {

// `features` and `thresholds` hold 2^depth - 1 nodes a tree, the children of node k at 2k + 1 (at or below
// the threshold) and 2k + 2; `leaves` 2^depth values a tree.
struct Trees {
  int depth = 0;
  float base = 0;  // log odds before any tree
  std::span<const std::uint8_t> features;
  std::span<const float> thresholds;
  std::span<const float> leaves;
};

float log_odds(const Trees& trees, std::span<const float> row);

}  // namespace ziptone::analysis
