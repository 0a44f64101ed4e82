// What follows a 200, whether the call was dialing, ringing or being cancelled.
#pragma once

#include "dialer/machine/call_end.hpp"

namespace ziptone::dialer::call {

// Silent with analysis: who is it? Else the agent is joined in the same step.
State answered(AgentId agent, In& in);

}  // namespace ziptone::dialer::call
