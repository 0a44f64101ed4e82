// The campaign's message to a machine: after its beep, or after a long quiet where it does not beep. No agent
// is in it. A message that was begun too early (the machine speaks on, or its beep comes only now) is begun
// again, once; what follows then is the recording's business.
#include "dialer/machine/call_end.hpp"

namespace ziptone::dialer::call {
namespace {

// The file is of a minute at most; a little more for the path.
constexpr Duration kMachineMessageMax = base::seconds{65};
// A machine that is quiet for so long records, beep or not. Analysis says so of the first greeting; of what
// is spoken after it the words' ends tell.
constexpr Duration kQuiet = base::seconds{2};

State speak(bool again, In& in) {
  in.emit(effect::PlayMessage{in.attempt.id, in.attempt.campaign, effect::Message::machine});
  return LeavingMessage{in.now.mono + kMachineMessageMax, again};
}

Ended hang_up(std::string_view reason, In& in) {
  stop_analysis(in);
  in.emit(effect::EndCall{in.attempt.id});
  return conclude(in, Outcome::machine, Fault::callee, reason);
}

State gone(const HungUp& e, std::string_view reason, In& in) {
  in.attempt.facts = e.facts;
  stop_analysis(in);
  return conclude(in, Outcome::machine, Fault::callee, reason);
}

// Somebody took the call from the machine. The agent has gone on to another contact: the message for those
// for whom there is none, and it is counted as abandoned.
bool is_person(const VerdictReached& e) { return e.verdict == event::Verdict::person; }

}  // namespace

// ---- AwaitingBeep
State on(const AwaitingBeep& s, const GreetingEnded&, In& in) { return speak(s.again, in); }
State on(const AwaitingBeep& s, const SpeechStarted&, In&) {
  return AwaitingBeep{s.give_up_at, base::kNever, s.again};
}
State on(const AwaitingBeep& s, const SpeechEnded&, In& in) {
  return AwaitingBeep{s.give_up_at, s.again ? in.now.mono + kQuiet : base::kNever, s.again};
}
State on(const AwaitingBeep& s, const VerdictReached& e, In& in) {
  if (is_person(e)) return play_message(in);
  return s;
}
State on(const AwaitingBeep&, const HungUp& e, In& in) { return gone(e, "hung_up_in_greeting", in); }
State on(const AwaitingBeep& s, const DigitPressed&, In&) { return s; }
State on(const AwaitingBeep&, const EmergencyStopped&, In& in) { return hang_up("stopped", in); }
State on(const AwaitingBeep& s, const DeadlineReached&, In& in) {
  if (in.now.mono < s.give_up_at) return speak(s.again, in);
  return hang_up("greeting_too_long", in);
}

// ---- LeavingMessage
State on(const LeavingMessage&, const MessagePlayed&, In& in) {
  in.attempt.message_left = true;
  return hang_up("message_left", in);
}
State on(const LeavingMessage& s, const GreetingEnded&, In& in) {
  if (s.again) return s;
  return speak(true, in);
}
State on(const LeavingMessage& s, const SpeechStarted&, In& in) {
  if (s.again) return s;
  in.emit(effect::StopMessage{in.attempt.id});
  return AwaitingBeep{in.now.mono + in.rules.greeting_max, base::kNever, true};
}
State on(const LeavingMessage& s, const SpeechEnded&, In&) { return s; }
State on(const LeavingMessage& s, const VerdictReached& e, In& in) {
  if (is_person(e)) return play_message(in);
  return s;
}
State on(const LeavingMessage&, const HungUp& e, In& in) { return gone(e, "hung_up_in_message", in); }
State on(const LeavingMessage& s, const DigitPressed&, In&) { return s; }
State on(const LeavingMessage&, const EmergencyStopped&, In& in) { return hang_up("stopped", in); }
State on(const LeavingMessage&, const DeadlineReached&, In& in) { return hang_up("message_too_long", in); }

}  // namespace ziptone::dialer::call
