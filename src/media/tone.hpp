// Tones as values: zip tone, ringback, busy and the keys, rendered to samples. Levels are dBFS of one sine's
// peak against full scale, so -10 is about -6 dBm0 of G.711's overload point.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace ziptone::media {

// Up to two frequencies at once, then a gap. A frequency of 0 is none.
struct ToneStep {
  std::array<float, 2> hz{};
  int ms = 0;            // 0..60000
  int gap_ms = 0;        // silence after it, 0..60000
  float level_db = -16;  // of each frequency, -60..0
  friend bool operator==(const ToneStep&, const ToneStep&) = default;
};

// Samples of the steps in order, with 2 ms ramps so that edges don't click. At most 10 minutes are rendered.
std::vector<std::int16_t> render(const std::vector<ToneStep>& steps);

// Two short beeps, 0.34 s in all.
std::vector<ToneStep> default_zip_tone();
// One of them; and one of 0.4 s, lower.
std::vector<ToneStep> short_zip_tone();
std::vector<ToneStep> long_zip_tone();

// One period of each signal, to be repeated. Countries: ISO 3166 alpha-2, upper case; unknown: the cadence
// that ETSI TR 101 041-2 recommends (425 Hz). Sources: ITU-T E.180 Supplement 2, the national parts.
std::vector<ToneStep> ringback_tone(std::string_view country);
std::vector<ToneStep> busy_tone(std::string_view country);
std::vector<ToneStep> congestion_tone(std::string_view country);

// The two frequencies of a key (ITU-T Q.23), {0, 0} for anything else.
std::array<float, 2> key_frequencies(char digit);

}  // namespace ziptone::media
