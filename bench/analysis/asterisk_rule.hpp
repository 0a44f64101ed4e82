// The baseline everybody knows: the rule of Asterisk's AMD(), written from its documentation (amd.conf, and
// the defaults in ../shared/facts/cpa.md 1.1). For comparison only; the product does not use it.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <span>

namespace ziptone::bench {

struct AsteriskParameters {
  int initial_silence = 2500;
  int greeting = 1500;
  int after_greeting_silence = 800;
  int total_analysis_time = 5000;
  int min_word_length = 100;
  int between_words_silence = 50;
  int maximum_number_of_words = 2;
  int silence_threshold = 256;
  int maximum_word_length = 5000;
};

struct AsteriskVerdict {
  enum { none, human, machine, not_sure } is = none;
  int at_ms = 0;
};

inline AsteriskVerdict asterisk_rule(std::span<const std::int16_t> samples, const AsteriskParameters& p) {
  int silence = 0;
  int word = 0;
  int voice = 0;
  int words = 0;
  bool initial = true;
  bool in_word = false;
  for (std::size_t i = 0; i + 160 <= samples.size(); i += 160) {
    const int now = static_cast<int>(i / 8) + 20;
    int sum = 0;
    for (const auto s : samples.subspan(i, 160)) sum += std::abs(static_cast<int>(s));
    if (now >= p.total_analysis_time) return {AsteriskVerdict::not_sure, now};
    if (sum / 160 < p.silence_threshold) {
      silence += 20;
      if (silence >= p.between_words_silence) {
        in_word = false;
        word = 0;
      }
      if (initial && silence >= p.initial_silence) return {AsteriskVerdict::machine, now};
      if (!initial && silence >= p.after_greeting_silence) return {AsteriskVerdict::human, now};
    } else {
      word += 20;
      voice += 20;
      if (word >= p.min_word_length && !in_word) {
        ++words;
        in_word = true;
      }
      if (word >= p.min_word_length) initial = false;
      if (word >= p.maximum_word_length) return {AsteriskVerdict::machine, now};
      if (words > p.maximum_number_of_words) return {AsteriskVerdict::machine, now};
      if (!initial && voice >= p.greeting) return {AsteriskVerdict::machine, now};
      silence = 0;
    }
  }
  return {AsteriskVerdict::not_sure, static_cast<int>(samples.size() / 8)};
}

}  // namespace ziptone::bench
