// What the network's final answer means: the table of ../shared/facts/carriers.md 3.2.
#pragma once

#include "dialer/outcome.hpp"
#include "dialer/sip_facts.hpp"

namespace ziptone::dialer {

struct Reading {
  Outcome outcome = Outcome::failed;
  Fault fault = Fault::unknown;
  std::string_view reason;  // a static text
};

// Of a final answer that is not 2xx. `ours` is the outcome for which we cancelled (none: we did not): a 487
// is then that outcome, and any other answer that crossed the CANCEL speaks for itself.
Reading read_refusal(const SipFacts& facts, Outcome ours);

}  // namespace ziptone::dialer
