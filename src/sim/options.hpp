// What a simulated world is made of. Everything else follows from the seed.
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace ziptone::sim {

using base::Duration;

// Safety: every fault, all the time. Liveness: faults stop at `faults_until`, then progress is demanded.
// Planning: no faults and no oracles; a user's question about agents, contacts and hours.
enum class Mode : std::uint8_t { safety, liveness, planning };
constexpr const char* name(Mode mode) {
  constexpr const char* kNames[] = {"safety", "liveness", "planning"};
  return kNames[static_cast<int>(mode)];
}

// Bugs that a test plants in the shell around the core, so that each oracle is seen to fail.
enum class Plant : std::uint8_t {
  none,
  place_twice,         // a PlaceCall is carried out twice
  place_early,         // the INVITE leaves with the intent, before it is durable
  forget_end_call,     // a BYE is never sent
  forget_cancel,       // a CANCEL is never sent
  late_merge,          // contact and agent are joined three seconds late
  forget_message,      // the safe-harbour message is not played
  lie_durable,         // the store says durable and forgets at the next crash
  save_outcome_twice,  // an outcome is written twice
  lose_save_contact,   // what became of a contact is not written
  ignore_dnc,          // do-not-call entries do not reach the core
  deaf_timer,          // deadlines of the core are not kept
  early_cancel,        // a ringing call is cancelled at once
  swap_agent,          // an intent names the wrong agent
  burst,               // the trunk's speed is told to the core ten times too high
  pause_unseen,        // the core is paused although people started the campaign
  ignore_window,       // the core is told that every window is always open
  forget_end_leg,      // an agent's phone is not hung up
  end_held,            // a held call is ended when End is pressed
  ignore_pause,        // the core is told that no campaign pauses before it dials
  ignore_joining,      // the core is told that no campaign is joined by hand
  hear_machines,       // the core is told of a machine where the analysis said a person
  shrink_list,         // a contact of the list is not loaded after a restart
};

// Shares are of calls, 0-1; rates are per hour of simulated time.
struct Callees {
  double answered = 0.5;  // a person or a machine picks up
  double machine = 0.2;   // of those answered
  double busy = 0.1;      // of those not answered; likewise the next
  double unreachable = 0.1;
  double invalid = 0.05;
  double congested = 0.05;
  Duration ring_mean = base::seconds{9};
  Duration talk_mean = base::seconds{60};
};

struct Faults {
  double loss = 0;           // of a SIP message: an 18x is gone, anything else comes a retransmission later
  double duplicate = 0;      // of an 18x or 200
  double cross = 0;          // of a CANCEL: the 200 crosses it or comes later
  double fork = 0;           // of a call
  double early_media = 0;    // of a call
  double mute_carrier = 0;   // of a call: no answer of any kind
  double no_bridge = 0;      // of a merge
  double early_hang_up = 0;  // of an answered call: before the merge
  double slow_store = 0;     // of a commit: 0.2-3 s
  double store_failures = 0;
  double crashes = 0;
  double freezes = 0;
  double wall_steps = 0;
  double dnc_entries = 0;
  double list_changes = 0;  // a contact is taken off, given back, moved, or its numbers change
  double stops = 0;         // pause, stop, emergency stop
  double dead_trunks = 0;
  double agent_trouble = 0;  // of an agent's reservations, talks and wrap-ups
};

struct Options {
  std::uint64_t seed = 1;
  Mode mode = Mode::safety;
  Plant plant = Plant::none;
  int agents = 4;
  int contacts = 40;
  Duration length = base::minutes{30};
  Duration faults_until = base::minutes{30};
  Callees callees;
  Faults faults;
  double retry_scale = 1.0;  // of planning: 1 = the product's default rules
};

// The same seed draws another world in each mode.
Options safety(std::uint64_t seed);
Options liveness(std::uint64_t seed);

}  // namespace ziptone::sim
