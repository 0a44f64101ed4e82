// One recording as a picture: the waveform, the words, the tones, the verdicts on one timeline.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analysis/verdict.hpp"

namespace ziptone::command {

// An SVG of 100 pixels a second that needs nothing beside it. `samples` are 8 kHz from the answer on,
// `events` in the order in which the analyser gave them; `title` is shown as it is.
std::string plot(const std::string& title, std::span<const std::int16_t> samples,
                 const std::vector<analysis::Event>& events);

}  // namespace ziptone::command
