// The voice path to the reserved agent, or the message to a person for whom there is none.
#include <algorithm>

#include "dialer/machine/call_end.hpp"

namespace ziptone::dialer::call {
// ---- Merging
State on(const Merging& s, const Bridged&, In& in) {
  in.attempt.merged = in.now;
  in.tell(EngageAgent{s.agent});
  if (!in.attempt.doubted) in.attempt.listening = false;  // the merge has ended it
  if (in.attempt.late_verdict) stop_analysis(in);
  if (!in.attempt.listening) return Talking{s.agent};
  return Talking{s.agent, in.now.mono + std::max(kDoubtMax, in.rules.maximum_analysis)};
}
State on(const Merging& s, const HungUp& e, In& in) {
  in.attempt.facts = e.facts;
  in.emit(effect::Split{in.attempt.id, s.agent});
  conclude(in, Outcome::contact_hung_up, Fault::callee, "hung_up_before_merge");
  in.tell(FreeAgent{s.agent});
  return Ended{};
}
State on(const Merging& s, const DigitPressed&, In&) { return s; }
State on(const Merging& s, const AgentLost& e, In& in) {
  in.emit(effect::Split{in.attempt.id, s.agent});
  if (!e.substitute) return play_message(in);
  in.tell(ReserveAgent{e.substitute});
  in.emit(effect::Merge{in.attempt.id, e.substitute, in.rules.mode == ConnectionMode::silent,
                        in.attempt.doubted});
  return Merging{e.substitute, s.merge_by};
}
State on(const Merging& s, const AgentLeaving&, In&) { return s; }
State on(const Merging& s, const VerdictReached& e, In& in) { return doubt(e.verdict, in), s; }
State on(const Merging& s, const SpeechStarted&, In&) { return s; }
State on(const Merging& s, const SpeechEnded& e, In& in) {
  // A merge begun while the contact spoke had the time of one who speaks.
  const Instant by = std::max(in.now.mono, in.now.mono - e.quiet + kSilenceMax);
  return Merging{s.agent, std::min(s.merge_by, by)};
}
State on(const Merging& s, const EmergencyStopped&, In& in) {
  in.emit(effect::Split{in.attempt.id, s.agent});
  in.emit(effect::EndCall{in.attempt.id});
  conclude(in, Outcome::stopped, Fault::us, "stopped");
  in.tell(FreeAgent{s.agent});
  return Ended{};
}
State on(const Merging& s, const DeadlineReached&, In& in) {
  in.emit(effect::Split{in.attempt.id, s.agent});
  in.tell(DoubtLeg{s.agent});  // the next contact must not meet the same dead path
  return play_message(in);
}

// ---- PlayingMessage
State on(const PlayingMessage&, const MessagePlayed&, In& in) {
  in.emit(effect::EndCall{in.attempt.id});
  return conclude(in, Outcome::abandoned, Fault::us, "message_played");
}
State on(const PlayingMessage&, const HungUp& e, In& in) {
  in.attempt.facts = e.facts;
  return conclude(in, Outcome::abandoned, Fault::us, "hung_up_in_message");
}
State on(const PlayingMessage& s, const DigitPressed& e, In& in) {
  if (e.digit == kOptOutDigit) in.tell(OptOut{"keypad"});
  return s;
}
State on(const PlayingMessage& s, const EmergencyStopped&, In&) { return s; }
State on(const PlayingMessage&, const DeadlineReached&, In& in) {
  in.emit(effect::EndCall{in.attempt.id});
  return conclude(in, Outcome::abandoned, Fault::us, "message_too_long");
}

}  // namespace ziptone::dialer::call
