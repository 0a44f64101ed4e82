// The conversation: hold is a switch in our media, never a re-INVITE to the trunk, and a held call can't be
// ended.
#include "dialer/machine/call_end.hpp"
#include "dialer/machine/leg.hpp"

namespace ziptone::dialer::call {
namespace {

// The talk is over, however it ended: the outcome is written at once, the code is owed.
State wrap_up(AgentId agent, Outcome outcome, Fault fault, std::string_view reason, In& in) {
  in.emit(effect::Split{in.attempt.id, agent});
  save_outcome(in, outcome, fault, reason, agent);
  in.tell(EndTalk{agent});
  return WrappingUp{agent, in.rules.wrap_up_required ? base::kNever : in.now.mono + in.rules.wrap_up_max};
}

State hung_up(AgentId agent, const HungUp& e, In& in) {
  in.attempt.facts = e.facts;
  const bool lost = e.facts.local != SipFacts::Local::none;  // the session timer's end, not theirs
  return wrap_up(agent, Outcome::person, Fault::none, lost ? "line_lost" : "contact_hung_up", in);
}

State lose_leg(AgentId agent, In& in) {
  stop_analysis(in);
  in.emit(effect::Split{in.attempt.id, agent});
  in.emit(effect::PlayHoldMusic{in.attempt.id});
  return AwaitingAgent{agent, in.now.mono + leg::kRecovery};
}

State apologise(const AwaitingAgent& s, In& in) {
  if (s.merging) in.emit(effect::Split{in.attempt.id, s.agent});
  in.emit(effect::PlayMessage{in.attempt.id, in.attempt.campaign});
  return Apologising{s.agent, in.now.mono + kMessageMax};
}

}  // namespace

// ---- Talking
State on(const Talking& s, const HungUp& e, In& in) { return hung_up(s.agent, e, in); }
State on(const Talking& s, const EndPressed& e, In& in) {
  in.accept(e.ticket);
  in.emit(effect::EndCall{in.attempt.id});
  return wrap_up(s.agent, Outcome::person, Fault::none, "agent_ended", in);
}
State on(const Talking& s, const HoldPressed& e, In& in) {
  in.accept(e.ticket);
  stop_analysis(in);
  in.emit(effect::HoldCall{in.attempt.id, s.agent});
  return Held{s.agent, in.now.mono + in.rules.hold_max, in.now.mono + in.rules.hold_reminder};
}
State on(const Talking& s, const ResumePressed& e, In& in) { return in.refuse(e.ticket, "not_held"), s; }
State on(const Talking& s, const LegLost&, In& in) { return lose_leg(s.agent, in); }
State on(const Talking& s, const VerdictReached& e, In& in) {
  if (!in.attempt.listening || !doubt(e.verdict, in)) return s;
  stop_analysis(in);
  return Talking{s.agent};
}
// The detected outcome stands for the agent's code: none is owed.
State on(const Talking& s, const MachineAccepted& e, In& in) {
  if (!in.attempt.late_verdict) return in.refuse(e.ticket, "no_late_verdict"), s;
  in.accept(e.ticket);
  const NoPerson what = no_person(*in.attempt.late_verdict);
  in.emit(effect::EndCall{in.attempt.id});
  in.emit(effect::Split{in.attempt.id, s.agent});
  save_outcome(in, what.outcome, what.fault, "late_verdict", s.agent);
  in.tell(Conclude{what.outcome});
  in.tell(ReleaseAgent{s.agent});
  return Ended{};
}
State on(const Talking& s, const DeadlineReached&, In& in) { return stop_analysis(in), Talking{s.agent}; }
State on(const Talking& s, const SpeechStarted&, In&) { return s; }
State on(const Talking& s, const SpeechEnded&, In&) { return s; }
State on(const Talking& s, const DigitPressed&, In&) { return s; }
State on(const Talking& s, const EmergencyStopped&, In&) { return s; }

// ---- Held
State on(const Held& s, const HungUp& e, In& in) { return hung_up(s.agent, e, in); }
State on(const Held& s, const MachineAccepted& e, In& in) { return in.refuse(e.ticket, "held"), s; }
State on(const Held& s, const EndPressed& e, In& in) { return in.refuse(e.ticket, "held"), s; }
State on(const Held& s, const HoldPressed& e, In& in) { return in.refuse(e.ticket, "held"), s; }
State on(const Held& s, const ResumePressed& e, In& in) {
  in.accept(e.ticket);
  in.emit(effect::ResumeCall{in.attempt.id, s.agent});
  return Talking{s.agent};
}
State on(const Held& s, const LegLost&, In& in) { return lose_leg(s.agent, in); }
State on(const Held& s, const VerdictReached&, In&) { return s; }
State on(const Held& s, const SpeechStarted&, In&) { return s; }
State on(const Held& s, const SpeechEnded&, In&) { return s; }
State on(const Held& s, const DigitPressed&, In&) { return s; }
State on(const Held& s, const EmergencyStopped&, In&) { return s; }
State on(const Held& s, const DeadlineReached&, In& in) {
  if (in.now.mono < s.back_by) {
    in.emit(effect::RemindOfHold{in.attempt.id, s.agent});
    return Held{s.agent, s.back_by, in.now.mono + in.rules.hold_reminder};
  }
  in.emit(effect::ResumeCall{in.attempt.id, s.agent});
  return Talking{s.agent};
}

// ---- AwaitingAgent
// The second merge may fail like the first: only the news of it makes a conversation.
State on(const AwaitingAgent& s, const LegRecovered&, In& in) {
  in.emit(effect::Merge{in.attempt.id, s.agent, false});
  return AwaitingAgent{s.agent, in.now.mono + kSilenceMax / 2, true};
}
State on(const AwaitingAgent& s, const Bridged&, In&) {
  if (!s.merging) return s;  // of the merge before
  return Talking{s.agent};
}
State on(const AwaitingAgent& s, const LegLost&, In& in) {
  if (!s.merging) return s;
  return apologise(s, in);
}
State on(const AwaitingAgent& s, const HungUp& e, In& in) {
  in.attempt.facts = e.facts;
  return wrap_up(s.agent, Outcome::agent_lost, Fault::us, "hung_up_while_waiting", in);
}
State on(const AwaitingAgent& s, const EndPressed& e, In& in) {
  in.accept(e.ticket);
  in.emit(effect::EndCall{in.attempt.id});
  return wrap_up(s.agent, Outcome::person, Fault::none, "agent_ended", in);
}
State on(const AwaitingAgent& s, const MachineAccepted& e, In& in) {
  return in.refuse(e.ticket, "leg_down"), s;
}
State on(const AwaitingAgent& s, const HoldPressed& e, In& in) { return in.refuse(e.ticket, "leg_down"), s; }
State on(const AwaitingAgent& s, const ResumePressed& e, In& in) {
  return in.refuse(e.ticket, "leg_down"), s;
}
State on(const AwaitingAgent& s, const VerdictReached&, In&) { return s; }
State on(const AwaitingAgent& s, const SpeechStarted&, In&) { return s; }
State on(const AwaitingAgent& s, const SpeechEnded&, In&) { return s; }
State on(const AwaitingAgent& s, const DigitPressed&, In&) { return s; }
State on(const AwaitingAgent& s, const EmergencyStopped&, In&) { return s; }
State on(const AwaitingAgent& s, const DeadlineReached&, In& in) { return apologise(s, in); }

// ---- Apologising
State on(const Apologising& s, const MessagePlayed&, In& in) {
  in.emit(effect::EndCall{in.attempt.id});
  return wrap_up(s.agent, Outcome::agent_lost, Fault::us, "leg_lost", in);
}
State on(const Apologising& s, const HungUp& e, In& in) {
  in.attempt.facts = e.facts;
  return wrap_up(s.agent, Outcome::agent_lost, Fault::us, "leg_lost", in);
}
State on(const Apologising& s, const EndPressed& e, In& in) { return in.refuse(e.ticket, "leg_down"), s; }
State on(const Apologising& s, const MachineAccepted& e, In& in) {
  return in.refuse(e.ticket, "leg_down"), s;
}
State on(const Apologising& s, const HoldPressed& e, In& in) { return in.refuse(e.ticket, "leg_down"), s; }
State on(const Apologising& s, const ResumePressed& e, In& in) { return in.refuse(e.ticket, "leg_down"), s; }
State on(const Apologising& s, const DigitPressed& e, In& in) {
  if (e.digit == kOptOutDigit) in.tell(OptOut{"keypad"});
  return s;
}
State on(const Apologising& s, const EmergencyStopped&, In&) { return s; }
State on(const Apologising& s, const DeadlineReached&, In& in) {
  in.emit(effect::EndCall{in.attempt.id});
  return wrap_up(s.agent, Outcome::agent_lost, Fault::us, "message_too_long", in);
}

}  // namespace ziptone::dialer::call
