// The field's silence rule (speech, then a long enough silence within the analysis period is a person; none
// is a machine) on an adaptive timeline: for those who bring their settings along, and the yardstick of the
// classifier.
#pragma once

#include <cstdint>
#include <optional>

#include "analysis/judgement.hpp"
#include "analysis/parameters.hpp"
#include "analysis/speech.hpp"

namespace ziptone::analysis {

inline constexpr std::uint16_t kRuleVersion = 1;

// What the line has said so far, at now_ms, with the answer at answered_ms. Empty: listen on. `tone_pending`:
// a network or fax tone may be about to be recognised.
std::optional<Judgement> judge_answered(const Parameters& parameters, const Speech& speech,
                                        std::int64_t answered_ms, std::int64_t now_ms, bool tone_pending);

// What more listening says after the decision `stands`; a different verdict revises it.
std::optional<Judgement> judge_again(const Parameters& parameters, const Speech& speech, Verdict stands,
                                     Cause why, std::int64_t answered_ms, std::int64_t now_ms);

// Before the answer: spoken words are the network's.
std::optional<Judgement> judge_early(const Parameters& parameters, const Speech& speech);

}  // namespace ziptone::analysis
