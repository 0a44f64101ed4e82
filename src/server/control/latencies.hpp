// The newest lengths of something that happens again and again, for its quantiles. One thread's.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace ziptone::control {

class Latencies {
 public:
  static constexpr std::size_t kKept = 1000;

  void add(base::Duration length) {
    if (kept_.size() < kKept)
      kept_.push_back(length);
    else
      kept_[count_ % kKept] = length;
    ++count_;
    sum_ += length;
  }
  // Of the newest kKept, 0 < q < 1; zero when there are none.
  base::Duration quantile(double q) const {
    if (kept_.empty()) return {};
    auto sorted = kept_;
    const auto rank =
        std::min(static_cast<std::size_t>(q * static_cast<double>(sorted.size())), sorted.size() - 1);
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(rank), sorted.end());
    return sorted[rank];
  }
  // Since the start.
  std::uint64_t count() const { return count_; }
  base::Duration sum() const { return sum_; }

 private:
  std::vector<base::Duration> kept_;
  std::uint64_t count_ = 0;
  base::Duration sum_{};
};

}  // namespace ziptone::control
