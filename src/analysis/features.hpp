// What the classifier looks at: some sixty numbers about the conversation so far. Mostly when: the onset, the
// words, the gaps, how long it has been quiet; the voice's sound says more about who recorded the greeting
// than about what it is, and was left out where it did not help on speakers that the training had not heard
// (docs/internals/analysis.md).
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "analysis/timeline.hpp"

namespace ziptone::analysis {

inline constexpr int kFeatures = 74;
using FeatureRow = std::array<float, kFeatures>;

// The notes begin at the answer and end now; they are what `heard` was laid out from. The voice in front must
// have spoken: before a word there is nothing to measure.
FeatureRow measure(std::span<const Note> notes, const Conversation& heard);

std::string_view feature_name(int index);

}  // namespace ziptone::analysis
