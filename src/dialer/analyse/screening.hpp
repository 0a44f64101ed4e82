// What a screening assistant is told.
#pragma once

#include "dialer/machine/call_end.hpp"

namespace ziptone::dialer::call {

// The assistant has asked, or asks still: the campaign's answer, then whoever speaks is joined with the
// agent, who stays reserved meanwhile.
State answer_assistant(AgentId agent, In& in);

// A machine by its voice, which may be an assistant's: that is known when it has asked and is quiet. For so
// long the agent is kept, for campaigns that have an answer to it.
State suspect_assistant(AgentId agent, In& in);

}  // namespace ziptone::dialer::call
