// From the INVITE to the answer.
#include <algorithm>

#include "dialer/dial/answer.hpp"
#include "dialer/dial/sip_outcome.hpp"

namespace ziptone::dialer::call {
namespace {

void ring_agent(AgentId agent, In& in) {
  if (in.rules.mode == ConnectionMode::classic) in.emit(effect::PlayRingback{agent, in.attempt.country});
}
void hush_agent(AgentId agent, In& in) {
  if (in.rules.mode == ConnectionMode::classic) in.emit(effect::StopRingback{agent});
}

void listen_early(const Progressed& e, In& in) {
  if (e.early_media && in.rules.analysis) start_analysis(in);
}

State cancel(AgentId agent, Outcome outcome, In& in) {
  in.emit(effect::CancelCall{in.attempt.id});
  return Cancelling{agent, in.now.mono + base::seconds{2}, outcome};
}

State cancel_unattended(Outcome outcome, In& in) {
  in.emit(effect::CancelCall{in.attempt.id});
  return Lingering{in.now.mono + kFinalMax, outcome};
}

// A trunk that never said a word about the call is the trunk's trouble, whatever we then did to end it.
Reading read(const SipFacts& facts, Outcome ours, const In& in) {
  const bool silent = facts.local == SipFacts::Local::timeout && !happened(in.attempt.rang);
  return read_refusal(facts, silent && ours != Outcome::stopped ? Outcome::none : ours);
}

// An 18x that crossed our CANCEL: it rang all the same, and the trunk is not silent.
void note_late_ring(In& in) {
  if (!happened(in.attempt.rang)) in.attempt.rang = in.now;
}

// The final refusal of a call that had an agent.
State refused(AgentId agent, const Refusal& e, Outcome ours, In& in) {
  in.attempt.facts = e.facts;
  const Reading reading = read(e.facts, ours, in);
  // Another trunk: only before any 18x, and never when a person or the network's analytics said no.
  if (e.can_follow && !happened(in.attempt.rang) && is_trunk_trouble(reading.outcome)) {
    save_outcome(in, reading.outcome, reading.fault, reading.reason);
    in.tell(Follow{agent, reading.outcome});
    return Ended{};
  }
  conclude(in, reading.outcome, reading.fault, reading.reason);
  if (reading.outcome == Outcome::unwanted) in.tell(OptOut{"607"});
  return name_outcome(in, agent);
}

State refused_unattended(const Refusal& e, Outcome ours, In& in) {
  in.attempt.facts = e.facts;
  const Reading reading = read(e.facts, ours, in);
  if (reading.outcome == Outcome::unwanted) in.tell(OptOut{"607"});
  return conclude(in, reading.outcome, reading.fault, reading.reason);
}

// What early media says of the attempt; none = nothing, go on ringing.
Outcome early_outcome(event::Verdict verdict) {
  switch (verdict) {
    case event::Verdict::busy:
      return Outcome::busy;
    case event::Verdict::reorder:
      return Outcome::congestion;
    case event::Verdict::sit:
      return Outcome::invalid_number;
    case event::Verdict::announcement:
      return Outcome::unreachable;
    default:
      return Outcome::none;
  }
}

// Rings on without an agent for as long as an unanswered call must ring.
State without_agent(In& in) {
  const Now& since = happened(in.attempt.rang) ? in.attempt.rang : in.attempt.placed;
  return Unattended{std::max(in.now.mono, since.mono + in.rules.ring_min)};
}

}  // namespace

// ---- Dialing
State on(const Dialing& s, const Progressed& e, In& in) {
  in.attempt.rang = in.now;
  ring_agent(s.agent, in);
  listen_early(e, in);
  return Ringing{s.agent, in.now.mono + in.rules.ring_max};
}
State on(const Dialing& s, const Answered&, In& in) { return answered(s.agent, in); }
State on(const Dialing& s, const Refusal& e, In& in) { return refused(s.agent, e, Outcome::none, in); }
State on(const Dialing& s, const AgentLost& e, In& in) {
  if (!e.substitute) return without_agent(in);
  in.tell(ReserveAgent{e.substitute});
  return Dialing{e.substitute, s.ring_by};
}
State on(const Dialing& s, const AgentLeaving& e, In& in) {
  if (!e.substitute) return s;
  in.tell(ReserveAgent{e.substitute});
  in.tell(FreeAgent{s.agent});
  return Dialing{e.substitute, s.ring_by};
}
State on(const Dialing& s, const EmergencyStopped&, In& in) { return cancel(s.agent, Outcome::stopped, in); }
State on(const Dialing& s, const DeadlineReached&, In& in) {
  return cancel(s.agent, Outcome::unreachable, in);
}

// ---- Ringing
State on(const Ringing& s, const Progressed& e, In& in) { return listen_early(e, in), s; }
State on(const Ringing& s, const Answered&, In& in) {
  hush_agent(s.agent, in);
  return answered(s.agent, in);
}
State on(const Ringing& s, const Refusal& e, In& in) {
  hush_agent(s.agent, in);
  return refused(s.agent, e, Outcome::none, in);
}
State on(const Ringing& s, const VerdictReached& e, In& in) {
  const Outcome outcome = early_outcome(e.verdict);
  if (outcome == Outcome::none) return s;
  hush_agent(s.agent, in);
  return cancel(s.agent, outcome, in);
}
State on(const Ringing& s, const SpeechStarted&, In&) { return s; }
State on(const Ringing& s, const SpeechEnded&, In&) { return s; }
State on(const Ringing& s, const AgentLost& e, In& in) {
  hush_agent(s.agent, in);
  if (!e.substitute) return without_agent(in);
  in.tell(ReserveAgent{e.substitute});
  ring_agent(e.substitute, in);
  return Ringing{e.substitute, s.answer_by};
}
State on(const Ringing& s, const AgentLeaving& e, In& in) {
  if (!e.substitute) return s;
  hush_agent(s.agent, in);
  in.tell(ReserveAgent{e.substitute});
  in.tell(FreeAgent{s.agent});
  ring_agent(e.substitute, in);
  return Ringing{e.substitute, s.answer_by};
}
State on(const Ringing& s, const EmergencyStopped&, In& in) {
  hush_agent(s.agent, in);
  return cancel(s.agent, Outcome::stopped, in);
}
State on(const Ringing& s, const DeadlineReached&, In& in) {
  hush_agent(s.agent, in);
  return cancel(s.agent, Outcome::no_answer, in);
}

// ---- Unattended
State on(const Unattended& s, const Progressed& e, In& in) {
  if (happened(in.attempt.rang)) return s;
  in.attempt.rang = in.now;
  listen_early(e, in);
  return Unattended{in.now.mono + in.rules.ring_min};
}
State on(const Unattended&, const Answered&, In& in) {
  in.attempt.answered = in.now;
  return play_message(in);
}
State on(const Unattended&, const Refusal& e, In& in) { return refused_unattended(e, Outcome::none, in); }
State on(const Unattended& s, const VerdictReached& e, In& in) {
  const Outcome outcome = early_outcome(e.verdict);
  if (outcome == Outcome::none) return s;
  return cancel_unattended(outcome, in);
}
State on(const Unattended& s, const SpeechStarted&, In&) { return s; }
State on(const Unattended& s, const SpeechEnded&, In&) { return s; }
State on(const Unattended&, const AgentOffered& e, In& in) {
  in.tell(ReserveAgent{e.agent});
  if (!happened(in.attempt.rang)) return Dialing{e.agent, in.attempt.placed.mono + in.rules.setup_max};
  ring_agent(e.agent, in);
  return Ringing{e.agent, in.attempt.rang.mono + in.rules.ring_max};
}
State on(const Unattended&, const EmergencyStopped&, In& in) {
  return cancel_unattended(Outcome::stopped, in);
}
State on(const Unattended&, const DeadlineReached&, In& in) {
  return cancel_unattended(Outcome::no_answer, in);
}

// ---- Cancelling
State on(const Cancelling& s, const Progressed&, In& in) { return note_late_ring(in), s; }
State on(const Cancelling& s, const Refusal& e, In& in) { return refused(s.agent, e, s.outcome, in); }
State on(const Cancelling& s, const Answered&, In& in) {
  if (s.outcome != Outcome::stopped) return answered(s.agent, in);
  in.attempt.answered = in.now;
  in.emit(effect::EndCall{in.attempt.id});
  conclude(in, Outcome::stopped, Fault::us, "stopped");
  in.tell(FreeAgent{s.agent});
  return Ended{};
}
State on(const Cancelling& s, const AgentLost&, In& in) {
  return Lingering{in.now.mono + kFinalMax, s.outcome};
}
State on(const Cancelling& s, const AgentLeaving&, In&) { return s; }
State on(const Cancelling& s, const EmergencyStopped&, In&) {
  return Cancelling{s.agent, s.free_by, Outcome::stopped};
}
State on(const Cancelling& s, const DeadlineReached&, In& in) {
  in.tell(FreeAgent{s.agent});
  return Lingering{in.now.mono + kFinalMax, s.outcome};
}

// ---- Lingering
State on(const Lingering& s, const Progressed&, In& in) { return note_late_ring(in), s; }
State on(const Lingering& s, const Refusal& e, In& in) { return refused_unattended(e, s.outcome, in); }
State on(const Lingering& s, const Answered&, In& in) {
  in.attempt.answered = in.now;
  if (s.outcome != Outcome::stopped) return play_message(in);
  in.emit(effect::EndCall{in.attempt.id});
  return conclude(in, Outcome::stopped, Fault::us, "stopped");
}
State on(const Lingering& s, const EmergencyStopped&, In&) { return Lingering{s.final_by, Outcome::stopped}; }
State on(const Lingering& s, const DeadlineReached&, In& in) {
  SipFacts silence;
  silence.local = SipFacts::Local::timeout;
  return refused_unattended({silence}, s.outcome, in);
}

}  // namespace ziptone::dialer::call
