#include "analysis/verdict.hpp"

#include <fmt/format.h>

namespace ziptone::analysis {
namespace {

template <std::size_t N, class E>
constexpr std::string_view pick(const std::array<std::string_view, N>& names, E value) {
  const auto index = static_cast<std::size_t>(value);
  return index < N ? names[index] : std::string_view{"?"};
}

std::string instant(std::int64_t ms) { return ms < 0 ? std::string{"none"} : fmt::format("{} ms", ms); }

struct Describe {
  std::string operator()(const SpeechStarted& e) const {
    return fmt::format("speech started at {} ms", e.at_ms);
  }
  std::string operator()(const SpeechEnded& e) const { return fmt::format("speech ended at {} ms", e.at_ms); }
  std::string operator()(const ToneHeard& e) const {
    const auto which = e.which == Tone::sit ? fmt::format("sit {}", name(e.sit)) : std::string{name(e.which)};
    return fmt::format("{} at {} ms, {:.0f} Hz, {} ms", which, e.at_ms, e.hz, e.length_ms);
  }
  std::string operator()(const VerdictReached& e) const { return describe(e); }
  std::string operator()(const GreetingEnded& e) const {
    return fmt::format("greeting ended at {} ms by {}", e.at_ms, name(e.by));
  }
};

}  // namespace

std::string_view name(Verdict verdict) {
  static constexpr std::array<std::string_view, kVerdicts> names{
      "person",   "machine", "fax",     "busy",      "reorder",      "sit",
      "ringback", "music",   "silence", "screening", "announcement", "unsure"};
  return pick(names, verdict);
}

std::string_view name(Sit sit) {
  static constexpr std::array<std::string_view, 6> names{"none",    "intercept",  "vacant",
                                                         "reorder", "no_circuit", "itu"};
  return pick(names, sit);
}

std::string_view name(Tone tone) {
  static constexpr std::array<std::string_view, 10> names{"none", "ced",     "ansam",    "cng", "v21",
                                                          "busy", "reorder", "ringback", "sit", "beep"};
  return pick(names, tone);
}

std::string_view name(Cause cause) {
  static constexpr std::array<std::string_view, 14> names{"none",
                                                          "short turn, then silence",
                                                          "long turn, then silence",
                                                          "speech without a pause",
                                                          "beep without speech",
                                                          "beep after speech",
                                                          "tone",
                                                          "speech before the answer",
                                                          "sustained sound",
                                                          "nothing heard",
                                                          "never spoke",
                                                          "still speaking at the limit",
                                                          "classifier",
                                                          "quiet without a beep"};
  return pick(names, cause);
}

std::string_view name(GreetingEnded::By by) {
  static constexpr std::array<std::string_view, 3> names{"beep", "quiet", "limit"};
  return pick(names, by);
}

std::string describe(const VerdictReached& reached) {
  const auto& e = reached.evidence;
  auto text = fmt::format("{} {:.2f} at {} ms: {}", name(reached.verdict), reached.confidence, reached.at_ms,
                          name(e.cause));
  if (e.tone != Tone::none)
    text += fmt::format(" {} {:.0f} Hz for {} ms", name(e.tone), e.tone_hz, e.tone_ms);
  if (e.sit != Sit::none) text += fmt::format(" ({})", name(e.sit));
  text += fmt::format("; answered {}, onset {}, first turn's end {}, speech {} ms, silence {} ms, turns {}",
                      instant(e.answered_ms), instant(e.onset_ms), instant(e.first_turn_end_ms), e.speech_ms,
                      e.silence_ms, e.turns);
  text += fmt::format(", longest gap {} ms, lost {} ms, level {:.0f} dBFS over {:.0f}", e.longest_gap_ms,
                      e.lost_ms, e.level_dbfs, e.floor_dbfs);
  if (reached.early) text += ", before the answer";
  if (reached.revision > 0) text += fmt::format(", revision {}", reached.revision);
  return text;
}

std::string describe(const Event& event) { return std::visit(Describe{}, event); }

}  // namespace ziptone::analysis
