// Synthesised lines for the tests: tones, rhythms, speech-like noise, noise. Deterministic.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <numbers>
#include <span>
#include <vector>

#include "analysis/analyser.hpp"
#include "base/random.hpp"

namespace ziptone::analysis::signals {

// A line that is written part by part. Levels are rms dB re full scale.
class Line {
 public:
  explicit Line(std::uint64_t seed = 1) : random_(seed) {}

  // A room's floor, so that nothing is digitally silent unless a test wants it.
  Line& noise(int ms, double dbfs = -62) {
    const double amplitude = std::pow(10, dbfs / 20) * std::sqrt(3.0);
    add(ms, [&](double) { return amplitude * uniform(); });
    return *this;
  }
  Line& zeros(int ms) {
    add(ms, [](double) { return 0.0; });
    return *this;
  }
  Line& tone(int ms, std::initializer_list<double> hertz, double dbfs = -20) {
    const double amplitude = std::pow(10, dbfs / 20) * std::sqrt(2.0 / static_cast<double>(hertz.size()));
    add(ms, [&](double t) {
      double sum = 0;
      for (const auto hz : hertz) sum += std::sin(2 * std::numbers::pi * hz * t);
      return amplitude * sum + 0.0005 * uniform();
    });
    return *this;
  }
  // 2100 Hz with 15 Hz modulation and a phase reversal every 450 ms.
  Line& ansam(int ms, double dbfs = -20) {
    const double amplitude = std::pow(10, dbfs / 20) * std::sqrt(2.0);
    add(ms, [&](double t) {
      const double sign = static_cast<int>(t / 0.45) % 2 == 0 ? 1 : -1;
      return sign * amplitude * (1 + 0.2 * std::sin(2 * std::numbers::pi * 15 * t)) *
             std::sin(2 * std::numbers::pi * 2100 * t);
    });
    return *this;
  }
  // HDLC flags (01111110) in V.21 channel 2 at 300 bit/s.
  Line& v21(int ms, double dbfs = -20) {
    const double amplitude = std::pow(10, dbfs / 20) * std::sqrt(2.0);
    double phase = 0;
    add(ms, [&](double t) {
      const int bit = static_cast<int>(t * 300) % 8;
      phase += 2 * std::numbers::pi * (bit == 0 || bit == 7 ? 1850.0 : 1650.0) / kSampleRate;
      return amplitude * std::sin(phase);
    });
    return *this;
  }
  // Voice: harmonics of a gliding pitch, in syllables of 4 Hz, over the floor.
  Line& speech(int ms, double dbfs = -22, double pitch = 130) {
    const double amplitude = std::pow(10, dbfs / 20);
    double phase = 0;
    add(ms, [&](double t) {
      const double hz = pitch * (1 + 0.15 * std::sin(2 * std::numbers::pi * 1.7 * t));
      phase += 2 * std::numbers::pi * hz / kSampleRate;
      double sum = 0;
      for (int k = 1; k * hz < 3400; ++k) sum += std::sin(k * phase) / std::sqrt(k);
      const double syllable = 0.08 + std::pow(std::abs(std::sin(2 * std::numbers::pi * 2 * (t + 0.03))), 1.2);
      return amplitude * (0.6 * syllable * sum + 0.15 * syllable * uniform()) + 0.0008 * uniform();
    });
    return *this;
  }
  // A held vowel: two harmonics of a pitch that sinks by a few per cent, as in "hello-o".
  Line& vowel(int ms, double from_hz, double to_hz, double dbfs = -22) {
    const double amplitude = std::pow(10, dbfs / 20);
    double phase = 0;
    add(ms, [&](double t) {
      const double hz = from_hz + (to_hz - from_hz) * t * 1000 / ms;
      phase += 2 * std::numbers::pi * hz / kSampleRate;
      return amplitude * (0.5 * std::sin(phase) + 1.2 * std::sin(2 * phase)) + 0.0005 * uniform();
    });
    return *this;
  }
  Line& rhythm(int cycles, std::initializer_list<double> hertz, std::initializer_list<int> on_off,
               double dbfs = -20) {
    for (int i = 0; i < cycles; ++i) {
      bool on = true;
      for (const int ms : on_off) {
        if (on) {
          tone(ms, hertz, dbfs);
        } else {
          noise(ms, -66);
        }
        on = !on;
      }
    }
    return *this;
  }
  Line& sit(double first, int first_ms, double second, int second_ms, double third = 1776.7,
            int third_ms = 380) {
    return tone(first_ms, {first}).tone(second_ms, {second}).tone(third_ms, {third});
  }

  const std::vector<std::int16_t>& samples() const { return samples_; }

 private:
  double uniform() { return static_cast<double>(random_.between(-10000, 10000)) / 10000.0; }
  template <class F>
  void add(int ms, F&& value) {
    const std::size_t n = static_cast<std::size_t>(ms) * 8;
    for (std::size_t i = 0; i < n; ++i) {
      const double x = value(static_cast<double>(i) / kSampleRate);
      samples_.push_back(static_cast<std::int16_t>(std::clamp(x * 32768, -32767.0, 32767.0)));
    }
  }

  base::Random random_;
  std::vector<std::int16_t> samples_;
};

struct Heard {
  std::vector<Event> events;

  template <class T>
  std::vector<T> all() const {
    std::vector<T> out;
    for (const auto& event : events)
      if (const auto* e = std::get_if<T>(&event)) out.push_back(*e);
    return out;
  }
  // The decision; an unsure without a cause when there was none.
  VerdictReached first() const {
    const auto verdicts = all<VerdictReached>();
    return verdicts.empty() ? VerdictReached{} : verdicts.front();
  }
  bool tone(Tone which) const {
    for (const auto& t : all<ToneHeard>())
      if (t.which == which) return true;
    return false;
  }
  std::string text() const {
    std::string out;
    for (const auto& event : events) out += describe(event) + "\n";
    return out;
  }
};

inline void drain(Analyser& analyser, Heard& heard) {
  while (const auto event = analyser.poll()) heard.events.push_back(*event);
}

// The synthetic voices here are for clocks, tones and the silence rule; the classifier is trained on real
// ones.
inline constexpr Parameters kRule{.preset = Preset::silence_rule};

inline Heard listen(const std::vector<std::int16_t>& samples, const Parameters& parameters = kRule,
                    std::int64_t answered_ms = -1) {
  Analyser analyser{parameters};
  if (answered_ms >= 0) analyser.answered(answered_ms);
  Heard heard;
  for (std::size_t i = 0; i + kFrameSamples <= samples.size(); i += kFrameSamples) {
    analyser.push(std::span<const std::int16_t, kFrameSamples>{samples.data() + i, kFrameSamples},
                  {.at_ms = static_cast<std::int64_t>(i / 8)});
    drain(analyser, heard);
  }
  return heard;
}

}  // namespace ziptone::analysis::signals
