// Which machines are put through to the agent all the same: a share of them, so that what the analysis calls
// a machine is judged by people and the persons lost that way can be estimated. Chosen by the attempt's id
// alone: nothing of the call has a part in it, and a replay chooses the same.
#pragma once

#include <cstdint>

#include "base/id.hpp"

namespace ziptone::dialer {

// `share`: percent, 0..100. The id is mixed (SplitMix64's finalizer), so that neighbours have nothing in
// common.
constexpr bool is_reviewed(base::AttemptId attempt, unsigned share) {
  std::uint64_t z = attempt.value + 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return (z ^ (z >> 31)) % 100 < share;
}

}  // namespace ziptone::dialer
