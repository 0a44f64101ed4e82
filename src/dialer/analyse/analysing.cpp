// Who answered? The verdict, in time; unsure counts as a person.
//
// The clock that the contact feels: who never speaks is connected at answer + 1.8 s; who has stopped speaking
// at 1.8 s after the last word; who still speaks at the campaign's maximum. Where the law's clock starts at
// the answer (decide_from_answer), everybody at answer + 1.8 s.
#include <algorithm>

#include "dialer/analyse/review.hpp"
#include "dialer/analyse/screening.hpp"

namespace ziptone::dialer::call {
namespace {

// The merge has what is left of the two seconds. Who is not known to be a person may still be unmasked while
// the agent talks.
State merge(const Analysing& s, bool is_person, In& in) {
  in.attempt.doubted = !is_person;
  in.emit(effect::Merge{in.attempt.id, s.agent, true, in.attempt.doubted});
  return Merging{s.agent, std::max(in.now.mono, s.decide_by) + (kSilenceMax - kDecideMax)};
}

}  // namespace

State on(const Analysing& s, const SpeechStarted&, In& in) {
  in.attempt.speaking = true;
  const Duration longest = in.rules.decide_from_answer ? kDecideMax : in.rules.maximum_analysis;
  return Analysing{s.agent, std::max(in.now.mono, in.attempt.answered.mono + longest)};
}
State on(const Analysing& s, const SpeechEnded& e, In& in) {
  in.attempt.speaking = false;
  const Instant by = std::max(in.now.mono, in.now.mono - e.quiet + kDecideMax);
  return Analysing{s.agent, std::min(s.decide_by, by)};
}
State on(const Analysing& s, const VerdictReached& e, In& in) {
  using event::Verdict;
  const NoPerson what = no_person(e.verdict);
  if (what.outcome == Outcome::none) return merge(s, e.verdict == Verdict::person, in);
  in.attempt.review = what.outcome == Outcome::machine && is_reviewed(in.attempt.id, in.rules.review_share);
  if (in.attempt.review) return merge(s, true, in);
  if (what.outcome == Outcome::machine && in.rules.machine == MachineTreatment::connect)
    return merge(s, true, in);
  if (e.verdict == Verdict::machine && in.rules.screening_answer) return suspect_assistant(s.agent, in);
  if (e.verdict == Verdict::machine && leaves_messages(in)) {
    in.tell(FreeAgent{s.agent});
    return await_beep(in);
  }
  if (e.verdict == Verdict::screening && in.rules.screening_answer) return answer_assistant(s.agent, in);
  return hang_up_on(s.agent, what, in);
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
  return hang_up_on(s.agent, {Outcome::stopped, Fault::us, "stopped"}, in);
}
State on(const Analysing& s, const DeadlineReached&, In& in) { return merge(s, false, in); }

}  // namespace ziptone::dialer::call
