// What a campaign says about call progress analysis: the field's five numbers under the field's names
// (Cisco PCCE 15 CPA API, Webex Contact Center CPA), so that an administrator's old settings carry over.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace ziptone::analysis {

// Where a stream of frames begins: before the 200 (a 183 with sound) or at the answer.
enum class Phase : std::uint8_t { early_media, answered };

// Whom a wrong verdict may hurt. The first three are operating points of the trained classifier, each with
// its own maximum analysis; the last is the field's silence rule, and the only one that the five numbers are
// about.
enum class Preset : std::uint8_t { protect_people, balanced, protect_agents, silence_rule };
inline constexpr std::array<std::string_view, 4> kPresetNames{"protect_people", "balanced", "protect_agents",
                                                              "silence_rule"};

struct Parameters {
  // Off: the analyser swallows frames and never says anything; the dialer connects by its own clock.
  bool on = true;
  Preset preset = Preset::balanced;
  // Moves a trained preset's operating point, in log odds: under 0 fewer people are taken for machines, over
  // 0 fewer machines pass for people. -4..4.
  float tilt = 0;
  // Silence after speech that makes it a person. 100..1000 ms.
  std::int32_t minimum_silence_ms = 608;
  // Speech from its onset without such a silence for this long is a machine. 1000..10000 ms.
  std::int32_t analysis_period_ms = 2500;
  // Less voice than this is a click or a cough, not speech. 50..500 ms.
  std::int32_t minimum_valid_speech_ms = 112;
  // Counted from the answer: no callee who is still speaking waits longer for the verdict. 1000..10000 ms.
  std::int32_t maximum_analysis_ms = 3000;
  // Counted from a machine verdict: how long to listen for the end of its greeting. 1000..60000 ms.
  std::int32_t terminating_tone_ms = 30000;
  // ISO 3166 alpha-2 of the called number, upper case, or two zeros when unknown. It only settles cadences
  // that mean busy in one country and reorder in another; the tones of all countries are always heard.
  std::array<char, 2> country{};
  Phase phase = Phase::answered;

  friend constexpr bool operator==(const Parameters&, const Parameters&) = default;
};

// How long a callee who still speaks may wait for the verdict, from the answer: the preset's own, or what the
// silence rule was given.
std::int32_t maximum_analysis_ms(const Parameters& parameters);

// The first value out of its range is the error: `where` is the member's name, `mend` its range.
base::Result<> validate(const Parameters& parameters);

}  // namespace ziptone::analysis
