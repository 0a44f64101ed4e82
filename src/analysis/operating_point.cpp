#include "analysis/operating_point.hpp"

namespace ziptone::analysis {
namespace {

// Chosen by tools/analysis/choose.py on predictions for speakers that the trees had not heard.
constexpr std::array<OperatingPoint, 3> kPoints{{
    {.name = "protect_people",
     .maximum_analysis_ms = 7000,
     .longest_greeting_ms = 6000,
     .first_silence_ms = 240,
     .last_silence_ms = 1400,
     .person = {2.4F, 2.4F, 2.0F, 1.8F, 1.5F, 1.5F},
     .machine = {-6.0F, -5.0F, -4.0F, -3.4F, -3.2F, -3.0F},
     .after_silence = -2.2F,
     .at_limit = -2.2F},
    {.name = "balanced",
     .maximum_analysis_ms = 7000,
     .longest_greeting_ms = 6000,
     .first_silence_ms = 240,
     .last_silence_ms = 1400,
     .person = {2.8F, 3.0F, 2.5F, 2.3F, 2.0F, 1.9F},
     .machine = {-4.0F, -3.3F, -3.0F, -2.4F, -3.0F, -2.4F},
     .after_silence = 0.1F,
     .at_limit = 0.4F},
    {.name = "protect_agents",
     .maximum_analysis_ms = 7000,
     .longest_greeting_ms = 6000,
     .first_silence_ms = 240,
     .last_silence_ms = 1500,
     .person = {3.6F, 3.6F, 3.2F, 3.0F, 2.8F, 2.6F},
     .machine = {-3.5F, -2.5F, -2.4F, -2.0F, -2.0F, -2.0F},
     .after_silence = 1.0F,
     .at_limit = 1.0F},
}};

}  // namespace

OperatingPoint operating_point(const Parameters& parameters) {
  const Preset preset = parameters.preset == Preset::silence_rule ? Preset::balanced : parameters.preset;
  OperatingPoint point = kPoints[static_cast<std::size_t>(preset)];
  for (float& odds : point.person) odds += parameters.tilt;
  for (float& odds : point.machine) odds += parameters.tilt;
  point.after_silence += parameters.tilt;
  point.at_limit += parameters.tilt;
  return point;
}

}  // namespace ziptone::analysis
