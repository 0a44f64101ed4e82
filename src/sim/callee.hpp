// What happens at the far end of one call: drawn from the seed, the contact and how often it was called, and
// from nothing else.
#pragma once

#include <optional>
#include <vector>

#include "dialer/event.hpp"
#include "sim/options.hpp"
#include "sim/setup.hpp"

namespace ziptone::sim {

struct Plan {
  enum class End : std::uint8_t { answers, rings_out, refused, mute };
  End end = End::answers;
  Duration setup{};          // INVITE to the first 18x, or to the final answer without one
  bool rings = true;         // false: the final answer comes without an 18x
  Duration ring{};           // from the 18x to the answer or refusal
  dialer::SipFacts refusal;  // of refused
  bool early_media = false;  // the 18x brings sound
  std::optional<dialer::event::Verdict> early_verdict;  // what the network's own voice says
  bool forks = false;       // two phones ring; the second 18x, sometimes the second 200, follows
  bool crosses = false;     // a 200 crosses our CANCEL
  Duration after_cancel{};  // how long after it

  // Of an answered call, from the answer on.
  struct Speech {
    Duration from, to;
  };
  std::vector<Speech> speech;
  dialer::event::Verdict verdict = dialer::event::Verdict::person;
  Duration verdict_at{};
  struct Revision {
    dialer::event::Verdict verdict;
    Duration at;
  };
  std::vector<Revision> revisions;      // of the verdict
  std::vector<Duration> greeting_ends;  // of a machine: its beep, or its quiet; none: it speaks for ever
  std::optional<Duration> hangs_up_at;  // before anybody talked to them
  Duration patience{};                  // hangs up at last if nothing ends the call
  Duration talk{};
  bool agent_ends = true;  // who ends the talk
  bool opts_out = false;   // presses 9 in the message
  std::uint8_t code = 0;   // what the agent will choose: 0 close ... 5 do-not-call
  Duration wrap_up{};
};

Plan draw_plan(const Options& options, dialer::ContactId contact, std::uint64_t nth);

}  // namespace ziptone::sim
