#include "analysis/parameters.hpp"

#include <string>

#include "analysis/operating_point.hpp"

namespace ziptone::analysis {
namespace {

struct Range {
  const char* name;
  std::int32_t Parameters::*value;
  std::int32_t low;
  std::int32_t high;
};
// The ranges of Cisco PCCE's and Webex Contact Center's CPA APIs, which agree.
constexpr Range kRanges[] = {
    {"minimum_silence_ms", &Parameters::minimum_silence_ms, 100, 1000},
    {"analysis_period_ms", &Parameters::analysis_period_ms, 1000, 10000},
    {"minimum_valid_speech_ms", &Parameters::minimum_valid_speech_ms, 50, 500},
    {"maximum_analysis_ms", &Parameters::maximum_analysis_ms, 1000, 10000},
    {"terminating_tone_ms", &Parameters::terminating_tone_ms, 1000, 60000},
};

constexpr bool capital(char c) { return c >= 'A' && c <= 'Z'; }

}  // namespace

std::int32_t maximum_analysis_ms(const Parameters& parameters) {
  return parameters.preset == Preset::silence_rule ? parameters.maximum_analysis_ms
                                                   : operating_point(parameters).maximum_analysis_ms;
}

base::Result<> validate(const Parameters& parameters) {
  for (const auto& range : kRanges) {
    const auto value = parameters.*range.value;
    if (value < range.low || value > range.high)
      return base::error(std::to_string(value) + " ms is out of range", range.name,
                         "give " + std::to_string(range.low) + " to " + std::to_string(range.high) + " ms");
  }
  if (!(parameters.tilt >= -4 && parameters.tilt <= 4))
    return base::error(std::to_string(parameters.tilt) + " is out of range", "tilt", "give -4 to 4");
  const auto [first, second] = parameters.country;
  const bool unknown = first == 0 && second == 0;
  if (!unknown && !(capital(first) && capital(second)))
    return base::error("not a country", "country", "give two capital letters (ISO 3166), or none");
  return {};
}

}  // namespace ziptone::analysis
