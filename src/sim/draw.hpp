// Random streams that do not disturb each other: each is drawn from the seed and from what it is about.
#pragma once

#include <cmath>

#include "base/random.hpp"
#include "base/time.hpp"

namespace ziptone::sim {

constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t z = a + 0x9E3779B97F4A7C15u * (b + 1);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

constexpr base::Random stream(std::uint64_t seed, std::uint64_t topic, std::uint64_t id,
                              std::uint64_t nth = 0) {
  return base::Random{mix(mix(mix(seed, topic), id), nth)};
}

inline base::Duration between(base::Random& random, base::Duration low, base::Duration high) {
  return base::Duration{random.between(low.count(), high.count())};
}
// Exponential, so that most are short and a few are long.
inline base::Duration around(base::Random& random, base::Duration mean) {
  return base::Duration{
      static_cast<std::int64_t>(-std::log(1.0 - random.unit()) * static_cast<double>(mean.count()))};
}

}  // namespace ziptone::sim
