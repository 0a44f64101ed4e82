// The words in which the analyser speaks: verdicts, tones, causes, evidence and events. Plain values, no
// allocation; the texts are for logs, evidence views and tests.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace ziptone::analysis {

// Who or what answered. `unsure` goes to the agent as a person would. `announcement` and the tones before the
// answer decide the outcome there; a tone after the answer is no live answer (false answer supervision).
enum class Verdict : std::uint8_t {
  person,
  machine,
  fax,
  busy,
  reorder,
  sit,
  ringback,
  music,
  silence,
  screening,
  announcement,
  unsure,
};
inline constexpr std::size_t kVerdicts = 12;

// Which special information tone (Telcordia GR-674, ITU-T E.180): the frequencies of its three steps say why.
enum class Sit : std::uint8_t { none, intercept, vacant, reorder, no_circuit, itu };

// ced: 2100 Hz (ITU-T T.30); ansam: the same with 15 Hz amplitude modulation or phase reversals (V.8);
// cng: 1100 Hz, 0.5 s in 3.5 s (T.30); v21: fax flags in 1650/1850 Hz (V.21 channel 2); beep: a recorder's.
enum class Tone : std::uint8_t { none, ced, ansam, cng, v21, busy, reorder, ringback, sit, beep };

// Why the verdict was reached; the first thing an administrator reads.
enum class Cause : std::uint8_t {
  none,
  short_turn_then_silence,  // person: speech, then minimum_silence
  long_turn_then_silence,   // machine: the silence came, after more speech than a person's greeting
  speech_without_pause,     // machine: speech through the whole analysis period
  beep_without_speech,      // machine: a recorder's beep before any word
  beep_after_speech,        // machine: a beep after an earlier other verdict
  tone,                     // fax, busy, reorder, sit, ringback: evidence.tone says which
  speech_before_answer,     // announcement
  sustained_sound,          // music: sound without the rhythm of syllables
  nothing_heard,            // silence
  never_spoke,              // unsure: nothing that is speech by answer + 1.8 s
  still_speaking_at_limit,  // unsure: speech began too late to be judged by maximum_analysis
  classifier,               // the per-class scores decided
  quiet_without_beep,       // screening: a short greeting, then quiet, and no beep to speak after
};

// What was known at the verdict. Instants are ms since the stream's start, -1 when there is none.
struct Evidence {
  Cause cause = Cause::none;
  Tone tone = Tone::none;
  Sit sit = Sit::none;
  std::uint16_t model_version = 0;  // of the classifier that decided; 1 is the silence rule
  std::int64_t answered_ms = -1;
  std::int64_t onset_ms = -1;           // first speech after the answer (before it, in early media)
  std::int64_t first_turn_end_ms = -1;  // end of the first turn: the legal clock's zero
  std::int32_t speech_ms = 0;           // voice so far, without the gaps
  std::int32_t silence_ms = 0;          // the current silence
  std::int32_t longest_gap_ms = 0;      // longest silence between two words of the same turn
  std::int32_t turns = 0;
  std::int32_t lost_ms = 0;  // frames that never came
  float level_dbfs = 0;      // loud parts of the speech, re full scale
  float floor_dbfs = 0;      // the noise floor
  float tone_hz = 0;         // of evidence.tone, its first or lower frequency
  std::int32_t tone_ms = 0;  // length heard so far
  // One score a class, in the order of Verdict, 0..1, sum 1; what the operating point was applied to.
  std::array<float, kVerdicts> scores{};

  float score(Verdict verdict) const { return scores[static_cast<std::size_t>(verdict)]; }
};

// Speech began at at_ms. Reported when minimum_valid_speech of it is in, so up to 0.3 s later.
struct SpeechStarted {
  std::int64_t at_ms = 0;
};
// Speech ended at at_ms (its last voice). Reported after 200 ms of quiet; a word after that starts again.
struct SpeechEnded {
  std::int64_t at_ms = 0;
};
// A tone was recognised; at_ms is its start. A beep is reported after its end, which is at_ms + length_ms.
struct ToneHeard {
  Tone which = Tone::none;
  Sit sit = Sit::none;
  std::int64_t at_ms = 0;
  std::int32_t length_ms = 0;
  float hz = 0;
};
// The first verdict of a phase is the decision. Later ones revise it (a machine unmasked while the agent
// connects, a fax that was silent at first): revision counts them, 0 is the decision. Before the answer
// `early` is true; the answer starts a new decision with revision 0.
struct VerdictReached {
  Verdict verdict = Verdict::unsure;
  float confidence = 0;  // 0..1, the verdict's share of the scores
  std::int64_t at_ms = 0;
  bool early = false;
  std::int32_t revision = 0;
  Evidence evidence;
};
// After a machine verdict: the greeting is over and a message may begin. Once, at most terminating_tone_ms
// after the verdict.
struct GreetingEnded {
  enum class By : std::uint8_t { beep, quiet, limit };
  std::int64_t at_ms = 0;
  By by = By::limit;
};

using Event = std::variant<SpeechStarted, SpeechEnded, ToneHeard, VerdictReached, GreetingEnded>;

std::string_view name(Verdict verdict);
std::string_view name(Sit sit);
std::string_view name(Tone tone);
std::string_view name(Cause cause);
std::string_view name(GreetingEnded::By by);

// "machine 0.90 at 2860 ms: speech without pause; onset 340, speech 2300 ms, ..." in one line.
std::string describe(const VerdictReached& reached);
std::string describe(const Event& event);

}  // namespace ziptone::analysis
