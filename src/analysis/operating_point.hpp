// When the classifier's odds are enough: one set of thresholds a preset. The trade between people who are
// taken for machines, machines that reach an agent, and the time that both take (docs/internals/analysis.md
// has the curve).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "analysis/parameters.hpp"

namespace ziptone::analysis {

struct OperatingPoint {
  std::string_view name;
  // From the answer: no callee who still speaks waits longer for the verdict.
  std::int32_t maximum_analysis_ms = 0;
  // From the onset: nobody greets for so long.
  std::int32_t longest_greeting_ms = 0;
  // After the last word: nobody is found a person sooner, and everybody is decided by the second.
  std::int32_t first_silence_ms = 0;
  std::int32_t last_silence_ms = 0;
  // Log odds of a person that suffice after a silence of kSilences, in between on the line.
  std::array<float, 6> person{};
  // Log odds at or below which it is a machine, kSinceOnset after the onset, in between on the line.
  std::array<float, 6> machine{};
  // The least log odds that go to an agent when the silence, or the time, is over.
  float after_silence = 0;
  float at_limit = 0;
};

inline constexpr std::array<float, 6> kSilences{300, 500, 700, 900, 1100, 1300};
inline constexpr std::array<float, 6> kSinceOnset{1000, 1500, 2000, 2500, 3000, 4000};

// Of the preset, tilted. The silence rule has none: balanced's is given, and nobody asks for it.
OperatingPoint operating_point(const Parameters& parameters);

}  // namespace ziptone::analysis
