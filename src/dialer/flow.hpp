// The flow, and this folder's table of contents: the stages in order and the states of a call that live in
// each.
//
//   stage     folder     the question it answers                                   a call is there while
//   contact   contact/   may we call this person, on this number, now?             (no call yet)
//   lease     lease/     who is next, and is the contact ours alone?               Leased, Paced
//   dial      dial/      which trunk, within its limits; who picks up?             Dialing, Ringing,
//   Unattended, ... analyse   analyse/   who answered?                                             Analysing,
//                                                                                  Screening
//   merge     merge/     the voice path to the agent, or the message               Merging, PlayingMessage,
//                                                                                  AwaitingBeep, ...
//   talk      talk/      hold, resume, a lost leg                                  Talking, Held, ...
//   wrap up   wrapup/    which code?                                               Naming, WrappingUp
//   outcome   outcome/   what was it, and what happens to the contact now?         Ended
//
// A stage may include only stages to its left. The machines (machine/) are the tables; the stages hold their
// bodies.
#pragma once

#include <string_view>

#include "dialer/machine/call.hpp"

namespace ziptone::dialer {

// The stage of a call's state, in the words above.
constexpr std::string_view stage_of(const call::State& state) {
  constexpr std::string_view kStages[std::variant_size_v<call::State>] = {
      "lease",   "lease",                     // Leased, Paced
      "dial",    "dial",    "dial",           // Dialing, Ringing, Unattended
      "dial",    "dial",                      // Cancelling, Lingering
      "analyse", "analyse",                   // Analysing, Screening
      "merge",                                // Merging
      "talk",    "talk",    "talk",  "talk",  // Talking, Held, AwaitingAgent, Apologising
      "merge",   "merge",   "merge",          // PlayingMessage, AwaitingBeep, LeavingMessage
      "wrap up", "wrap up",                   // Naming, WrappingUp
      "outcome"                               // Ended
  };
  return kStages[state.index()];
}

}  // namespace ziptone::dialer
