// The ways in which an attempt ends; every stage has some.
#pragma once

#include "dialer/machine/call.hpp"

namespace ziptone::dialer::call {

// Writes what was detected. Once per attempt.
inline void save_outcome(In& in, Outcome outcome, Fault fault, std::string_view reason,
                         AgentId talked_with = {}) {
  in.emit(effect::SaveOutcome{in.attempt.id, outcome, fault, in.attempt.facts, reason,
                              in.attempt.message_left, talked_with, in.attempt.placed.wall,
                              in.attempt.rang.wall, in.attempt.answered.wall, in.attempt.merged.wall,
                              in.now.wall});
}

// Nobody talked: the outcome alone decides on the contact.
inline Ended conclude(In& in, Outcome outcome, Fault fault, std::string_view reason) {
  save_outcome(in, outcome, fault, reason);
  in.tell(Conclude{outcome});
  return {};
}

// No INVITE left: the contact is next again.
inline Ended withdraw(In& in, std::string_view reason) {
  save_outcome(in, Outcome::not_placed, Fault::us, reason);
  in.tell(GiveBack{});
  return {};
}

// How long a person may wait in silence, whatever the reason (reliability.md I10; 16 CFR 310.4(b)(1)(iv)).
inline constexpr Duration kSilenceMax = base::milliseconds{2000};
// The decision that leaves time for the merge itself.
inline constexpr Duration kDecideMax = base::milliseconds{1800};
// A final answer must follow a CANCEL; RFC 3261 9.1: 64*T1.
inline constexpr Duration kFinalMax = base::seconds{32};
// A message longer than this is ended.
inline constexpr Duration kMessageMax = base::seconds{30};

// The key that opts out while the message plays, and whose lost leg is waited for how long.
inline constexpr char kOptOutDigit = '9';

// Again at the answer, after early media: what was heard before it is not the contact.
inline void start_analysis(In& in) {
  in.attempt.listening = true;
  in.emit(effect::StartAnalysis{in.attempt.id, in.attempt.campaign});
}
inline void stop_analysis(In& in) {
  if (in.attempt.listening) in.emit(effect::StopAnalysis{in.attempt.id});
  in.attempt.listening = false;
}

// The message to a person for whom there is no agent.
inline State play_message(In& in) {
  stop_analysis(in);
  in.emit(effect::PlayMessage{in.attempt.id, in.attempt.campaign});
  return PlayingMessage{in.now.mono + kMessageMax};
}

// What an answer is that the analysis names so, where nobody is to be connected to it. none: a person, or who
// counts as one.
struct NoPerson {
  Outcome outcome = Outcome::none;
  Fault fault = Fault::none;
  std::string_view reason;
};
constexpr NoPerson no_person(event::Verdict verdict) {
  using event::Verdict;
  switch (verdict) {
    case Verdict::person:
    case Verdict::unsure:
    case Verdict::silence:
      break;
    case Verdict::machine:
    case Verdict::music:
    case Verdict::announcement:
      return {Outcome::machine, Fault::callee, "machine"};
    case Verdict::screening:
      return {Outcome::screened, Fault::callee, "screened"};
    case Verdict::fax:
      return {Outcome::fax, Fault::callee, "fax"};
    case Verdict::busy:
    case Verdict::reorder:
    case Verdict::sit:
    case Verdict::ringback:
      return {Outcome::false_answer, Fault::carrier, "tone_after_answer"};
  }
  return {};
}

// Answered by something that nobody is to be connected to.
inline State hang_up_on(AgentId agent, const NoPerson& what, In& in) {
  stop_analysis(in);
  in.emit(effect::EndCall{in.attempt.id});
  conclude(in, what.outcome, what.fault, what.reason);
  in.tell(FreeAgent{agent});
  return Ended{};
}

// After the merge the analysis may still unmask a machine: for so long, or its longest.
inline constexpr Duration kDoubtMax = base::seconds{8};

// What the analysis says of a call that an agent has been given. True: it is no person's.
inline bool doubt(event::Verdict verdict, In& in) {
  if (!in.attempt.doubted) return false;
  const bool late = no_person(verdict).outcome != Outcome::none;
  in.attempt.late_verdict = late ? std::optional{verdict} : std::nullopt;
  return late;
}

inline bool leaves_messages(const In& in) {
  return in.rules.machine == MachineTreatment::leave_message && in.rules.machine_message;
}

// A machine, and nobody's time is spent on it: the agent is free for the next contact, the call waits for the
// end of the greeting by itself.
inline State await_beep(In& in) { return AwaitingBeep{in.now.mono + in.rules.greeting_max, base::kNever}; }

// The agent's second of the outcome in classic mode; in silent mode the next contact follows without a gap.
inline State name_outcome(In& in, AgentId agent) {
  if (in.rules.mode == ConnectionMode::classic) return Naming{agent, in.now.mono + base::seconds{1}};
  in.tell(FreeAgent{agent});
  return Ended{};
}

}  // namespace ziptone::dialer::call
