#include "sim/coverage.hpp"

namespace ziptone::sim {

std::string_view name(Reached one) {
  constexpr std::string_view kNames[kReached] = {"200 after CANCEL",
                                                 "200 while lingering",
                                                 "takeover",
                                                 "message without an agent",
                                                 "agent for an unattended call",
                                                 "two phones ring",
                                                 "two phones answer",
                                                 "18x after the 200",
                                                 "200 without 18x",
                                                 "crossing BYE",
                                                 "crash",
                                                 "crash in the intent gap",
                                                 "crash while ringing",
                                                 "crash while talking",
                                                 "crash in wrap-up",
                                                 "wrap-up owed",
                                                 "stale intent",
                                                 "idle in the gap",
                                                 "do-not-call in the gap",
                                                 "stop in the gap",
                                                 "failover followed",
                                                 "breaker opened",
                                                 "verdict of early media",
                                                 "callback dialed",
                                                 "hang-up while held",
                                                 "End while held refused",
                                                 "hold limit",
                                                 "leg recovered",
                                                 "leg not recovered",
                                                 "merge failed",
                                                 "emergency stop",
                                                 "process frozen",
                                                 "wall clock stepped",
                                                 "store failed",
                                                 "slow store",
                                                 "trunk dead",
                                                 "late wrap-up",
                                                 "doubled wrap-up",
                                                 "sign-out in wrap-up",
                                                 "phone not answered",
                                                 "opt-out by key",
                                                 "opt-out by code",
                                                 "outcome named",
                                                 "paced",
                                                 "leg on demand"};
  return kNames[static_cast<std::size_t>(one)];
}

}  // namespace ziptone::sim
