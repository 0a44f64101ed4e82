// Who answered? The verdict, in time; unsure counts as a person.
//
// The clock that the contact feels: who never speaks is connected at answer + 1.8 s; who has stopped speaking
// at 1.8 s after the last word; who still speaks at the campaign's maximum. Where the law's clock starts at
// the answer (decide_from_answer), everybody at answer + 1.8 s.
#include <algorithm>

#include "dialer/machine/call_end.hpp"

namespace ziptone::dialer::call {
namespace {

// The merge has what is left of the two seconds.
State merge(const Analysing& s, In& in) {
  in.emit(effect::Merge{in.attempt.id, s.agent, true});
  return Merging{s.agent, std::max(in.now.mono, s.decide_by) + (kSilenceMax - kDecideMax)};
}

// Answered by something that nobody is to be connected to.
State hang_up(AgentId agent, Outcome outcome, Fault fault, std::string_view reason, In& in) {
  stop_analysis(in);
  in.emit(effect::EndCall{in.attempt.id});
  conclude(in, outcome, fault, reason);
  in.tell(FreeAgent{agent});
  return Ended{};
}

}  // namespace

State on(const Analysing& s, const SpeechStarted&, In& in) {
  const Duration longest = in.rules.decide_from_answer ? kDecideMax : in.rules.maximum_analysis;
  return Analysing{s.agent, std::max(in.now.mono, in.attempt.answered.mono + longest)};
}
State on(const Analysing& s, const SpeechEnded&, In& in) {
  return Analysing{s.agent, std::min(s.decide_by, in.now.mono + kDecideMax)};
}
State on(const Analysing& s, const VerdictReached& e, In& in) {
  using event::Verdict;
  switch (e.verdict) {
    case Verdict::person:
    case Verdict::unsure:
    case Verdict::silence:
      return merge(s, in);
    case Verdict::machine:
    case Verdict::music:
    case Verdict::announcement:
      if (in.rules.machine == MachineTreatment::connect) return merge(s, in);
      return hang_up(s.agent, Outcome::machine, Fault::callee, "machine", in);
    case Verdict::screening:
      return hang_up(s.agent, Outcome::screened, Fault::callee, "screened", in);
    case Verdict::fax:
      return hang_up(s.agent, Outcome::fax, Fault::callee, "fax", in);
    case Verdict::busy:
    case Verdict::reorder:
    case Verdict::sit:
    case Verdict::ringback:
      return hang_up(s.agent, Outcome::false_answer, Fault::carrier, "tone_after_answer", in);
  }
  return s;
}
State on(const Analysing& s, const HungUp& e, In& in) {
  in.attempt.facts = e.facts;
  stop_analysis(in);
  conclude(in, Outcome::contact_hung_up, Fault::callee, "hung_up_before_merge");
  in.tell(FreeAgent{s.agent});
  return Ended{};
}
State on(const Analysing& s, const DigitPressed&, In&) { return s; }
State on(const Analysing& s, const AgentLost& e, In& in) {
  if (!e.substitute) return play_message(in);
  in.tell(ReserveAgent{e.substitute});
  return Analysing{e.substitute, s.decide_by};
}
State on(const Analysing& s, const AgentLeaving&, In&) { return s; }
State on(const Analysing& s, const EmergencyStopped&, In& in) {
  return hang_up(s.agent, Outcome::stopped, Fault::us, "stopped", in);
}
State on(const Analysing& s, const DeadlineReached&, In& in) { return merge(s, in); }

}  // namespace ziptone::dialer::call
