#include "analysis/rule.hpp"

#include <algorithm>

#include "analysis/analyser.hpp"

namespace ziptone::analysis {
namespace {

// Confidences are shares measured on the development recordings (bench/analysis), rounded down.
constexpr float kPersonShortTurn = 0.77F;
constexpr float kPersonLongTurn = 0.54F;
constexpr float kMachine = 0.80F;
constexpr float kMusic = 0.60F;
constexpr std::int64_t kShortTurnMs = 1300;

// A resumed greeting is only looked for in the first seconds: later the callee is talking with the agent.
constexpr std::int64_t kUnmaskWithinMs = 6000;
constexpr std::int64_t kNothingHeardMs = 5000;

std::int64_t turn_ms(const Speech& speech) { return speech.end_ms() - speech.turn_start_ms(); }

// A sound that may become the next word is waited for, but a rustling line cannot hold the verdict.
bool quiet_long_enough(const Parameters& parameters, const Speech& speech, std::int64_t silence) {
  constexpr std::int64_t kRustleMs = 400;
  return silence >= parameters.minimum_silence_ms + (speech.starting() ? kRustleMs : 0);
}

Judgement person(const Speech& speech) {
  const bool brief = turn_ms(speech) <= kShortTurnMs;
  return {Verdict::person, brief ? kPersonShortTurn : kPersonLongTurn, Cause::short_turn_then_silence, {}};
}

// Syllables dip; a melody or a queue's music does not.
Judgement long_sound(const Speech& speech) {
  constexpr float kFewDips = 0.04F;
  if (speech.dips() < kFewDips) return {Verdict::music, kMusic, Cause::sustained_sound, {}};
  return {Verdict::machine, kMachine, Cause::speech_without_pause, {}};
}

}  // namespace

std::optional<Judgement> judge_answered(const Parameters& parameters, const Speech& speech,
                                        std::int64_t answered_ms, std::int64_t now_ms, bool tone_pending) {
  // The last frame that still ends within a limit decides: the next one would be late.
  const auto at_limit = [&](std::int64_t limit) { return now_ms + kFrameMs > answered_ms + limit; };
  const std::int64_t maximum = parameters.maximum_analysis_ms;
  if (speech.onset_ms() < 0) {
    if (at_limit(tone_pending ? maximum : std::min(kNeverSpokeMs, maximum)))
      return Judgement{Verdict::unsure, 0.5F, Cause::never_spoke, {}};
    return std::nullopt;
  }
  const auto silence = now_ms - speech.end_ms();
  if (quiet_long_enough(parameters, speech, silence)) return person(speech);
  const bool in_voice = speech.speaking();
  if (in_voice && silence <= kFrameMs && now_ms - speech.onset_ms() >= parameters.analysis_period_ms)
    return long_sound(speech);
  // In a pause at the limit: listen for the rest of the silence, but the first new sound decides.
  if (at_limit(maximum) && (in_voice || speech.starting()))
    return Judgement{Verdict::unsure, 0.5F, Cause::still_speaking_at_limit, {}};
  return std::nullopt;
}

std::optional<Judgement> judge_again(const Parameters& parameters, const Speech& speech, Verdict stands,
                                     Cause why, std::int64_t answered_ms, std::int64_t now_ms) {
  if (stands != Verdict::unsure && stands != Verdict::person) return std::nullopt;
  if (speech.onset_ms() < 0) {
    if (why == Cause::never_spoke && now_ms - answered_ms >= kNothingHeardMs)
      return Judgement{Verdict::silence, 0.75F, Cause::nothing_heard, {}};
    return std::nullopt;
  }
  const auto silence = now_ms - speech.end_ms();
  const bool runs_on = speech.speaking() && silence <= kFrameMs &&
                       now_ms - speech.turn_start_ms() >= parameters.analysis_period_ms &&
                       speech.turn_start_ms() - answered_ms <= kUnmaskWithinMs;
  if (runs_on) return long_sound(speech);
  if (stands == Verdict::unsure && quiet_long_enough(parameters, speech, silence)) return person(speech);
  return std::nullopt;
}

std::optional<Judgement> judge_early(const Parameters& parameters, const Speech& speech) {
  // Shorter sounds before the answer are the network's clicks and its music; words take a while to tell.
  const auto enough = std::min(parameters.analysis_period_ms, 2000);
  if (speech.speech_ms() < enough || !speech.speaking()) return std::nullopt;
  constexpr float kWordsDip = 0.08F;
  if (speech.dips() < kWordsDip) return std::nullopt;
  return Judgement{Verdict::announcement, 0.7F, Cause::speech_before_answer, {}};
}

}  // namespace ziptone::analysis
