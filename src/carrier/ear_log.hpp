// How what an ear heard is written to a witness's log; the same words for callees and for agents' phones.
#pragma once

#include <string_view>

#include "carrier/ear.hpp"
#include "carrier/log.hpp"

namespace ziptone::carrier {

// rtp, sound, tone, voice, voice_end, silence, digit, ssrc_changed, timestamp_jumped.
LogLine line_of(const EarEvent& event, std::string_view call);
void add(LogLine& line, const EarSummary& summary);

}  // namespace ziptone::carrier
