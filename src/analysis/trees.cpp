#include "analysis/trees.hpp"

#include <cstddef>

namespace ziptone::analysis {

float log_odds(const Trees& trees, std::span<const float> row) {
  const std::size_t nodes = (std::size_t{1} << trees.depth) - 1;
  const std::size_t leaves = nodes + 1;
  float sum = trees.base;
  for (std::size_t tree = 0; tree * leaves < trees.leaves.size(); ++tree) {
    std::size_t node = 0;
    for (int level = 0; level < trees.depth; ++level) {
      const std::size_t at = tree * nodes + node;
      node = 2 * node + 1 + static_cast<std::size_t>(row[trees.features[at]] > trees.thresholds[at]);
    }
    sum += trees.leaves[tree * leaves + node - nodes];
  }
  return sum;
}

}  // namespace ziptone::analysis
