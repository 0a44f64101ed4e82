#include "media/tone.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "media/g711.hpp"
#include "media/rtp.hpp"

namespace ziptone::media {
namespace {

constexpr int kRampSamples = kSampleRate * 2 / 1000;
constexpr std::size_t kSamplesMax = std::size_t{kSampleRate} * 600;
constexpr int kStepMsMax = 60'000;

std::size_t samples_of(int ms) {
  return static_cast<std::size_t>(std::clamp(ms, 0, kStepMsMax)) * kSampleRate / 1000;
}

bool is_north_america(std::string_view country) { return country == "US" || country == "CA"; }

}  // namespace

std::vector<std::int16_t> render(const std::vector<ToneStep>& steps) {
  std::vector<std::int16_t> out;
  for (const auto& step : steps) {
    const auto length = samples_of(step.ms);
    const auto total = out.size() + length + samples_of(step.gap_ms);
    if (total > kSamplesMax) break;
    const double amplitude = 32767.0 * std::pow(10.0, std::clamp(step.level_db, -60.0F, 0.0F) / 20.0);
    for (std::size_t i = 0; i < length; ++i) {
      double value = 0;
      for (const float hz : step.hz)
        if (hz > 0) value += std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / kSampleRate);
      const auto edge = static_cast<double>(std::min(i + 1, length - i));
      const double ramp = std::min(1.0, edge / kRampSamples);
      out.push_back(static_cast<std::int16_t>(std::clamp(value * ramp * amplitude, -32768.0, 32767.0)));
    }
    out.resize(total, 0);
  }
  return out;
}

std::vector<ToneStep> default_zip_tone() {
  return {{.hz = {1000}, .ms = 120, .gap_ms = 100, .level_db = -16},
          {.hz = {1000}, .ms = 120, .level_db = -16}};
}

std::vector<ToneStep> short_zip_tone() { return {{.hz = {1000}, .ms = 120, .level_db = -16}}; }

std::vector<ToneStep> long_zip_tone() { return {{.hz = {660}, .ms = 400, .level_db = -18}}; }

std::vector<ToneStep> ringback_tone(std::string_view country) {
  if (is_north_america(country)) return {{.hz = {440, 480}, .ms = 2000, .gap_ms = 4000, .level_db = -19}};
  if (country == "GB" || country == "IE" || country == "AU" || country == "NZ")
    return {{.hz = {400, 450}, .ms = 400, .gap_ms = 200, .level_db = -19},
            {.hz = {400, 450}, .ms = 400, .gap_ms = 2000, .level_db = -19}};
  if (country == "TR") return {{.hz = {450}, .ms = 2000, .gap_ms = 4000}};
  if (country == "FR") return {{.hz = {440}, .ms = 1500, .gap_ms = 3500}};
  if (country == "ES") return {{.hz = {425}, .ms = 1500, .gap_ms = 3000}};
  if (country == "BE") return {{.hz = {425}, .ms = 1000, .gap_ms = 3000}};
  return {{.hz = {425}, .ms = 1000, .gap_ms = 4000}};
}

std::vector<ToneStep> busy_tone(std::string_view country) {
  if (is_north_america(country)) return {{.hz = {480, 620}, .ms = 500, .gap_ms = 500, .level_db = -19}};
  if (country == "GB") return {{.hz = {400}, .ms = 375, .gap_ms = 375}};
  if (country == "TR") return {{.hz = {450}, .ms = 500, .gap_ms = 500}};
  return {{.hz = {425}, .ms = 500, .gap_ms = 500}};
}

std::vector<ToneStep> congestion_tone(std::string_view country) {
  if (is_north_america(country)) return {{.hz = {480, 620}, .ms = 250, .gap_ms = 250, .level_db = -19}};
  if (country == "GB")
    return {{.hz = {400}, .ms = 400, .gap_ms = 350},
            {.hz = {400}, .ms = 225, .gap_ms = 525, .level_db = -10}};
  if (country == "TR")
    return {{.hz = {450}, .ms = 200, .gap_ms = 200},
            {.hz = {450}, .ms = 200, .gap_ms = 200},
            {.hz = {450}, .ms = 200, .gap_ms = 200},
            {.hz = {450}, .ms = 600, .gap_ms = 200}};
  return {{.hz = {425}, .ms = 250, .gap_ms = 250}};
}

std::array<float, 2> key_frequencies(char digit) {
  constexpr std::array<float, 4> kRows = {697, 770, 852, 941};
  constexpr std::array<float, 4> kColumns = {1209, 1336, 1477, 1633};
  constexpr std::string_view kKeys = "123A456B789C*0#D";
  const auto event = event_of_digit(digit);
  if (!event) return {};
  const auto at = kKeys.find(*digit_of_event(*event));
  return {kRows[at / 4], kColumns[at % 4]};
}

}  // namespace ziptone::media
