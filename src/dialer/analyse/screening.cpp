// An assistant asks for name and reason before it rings the person. The answer is played once it has
// finished; whoever speaks then, or is said to be a person, is joined with the agent. Until somebody does,
// nobody waits.
#include "dialer/analyse/screening.hpp"

#include <algorithm>

namespace ziptone::dialer::call {
namespace {

constexpr Duration kScreeningMax = base::seconds{25};  // that the agent is kept for it
constexpr Duration kAskingMax = base::seconds{6};      // then it is answered, whether it has finished or not
// What speaks for longer than an assistant's question is a machine.
constexpr Duration kQuestionMax = base::seconds{12};
// The verdict comes with the end of the question, or not at all.
constexpr Duration kVerdictBehind = base::milliseconds{200};
// An assistant takes breath between two sentences.
constexpr Duration kBreath = base::milliseconds{800};

State answer(const Screening& s, In& in) {
  in.emit(effect::PlayMessage{in.attempt.id, in.attempt.campaign, effect::Message::screening});
  return Screening{s.agent, s.give_up_at, base::kNever, s.speak_by, Screening::Part::answering, false};
}

// Who answers a screened call has waited for it to ring: as a person who has just spoken.
State merge(const Screening& s, bool is_person, In& in) {
  in.attempt.doubted = !is_person;
  in.emit(effect::Merge{in.attempt.id, s.agent, true, in.attempt.doubted});
  return Merging{s.agent, in.now.mono + kSilenceMax / 2};
}

// It was a machine after all. `greeting_over`: and it can be spoken to.
State treat_as_machine(AgentId agent, bool greeting_over, In& in) {
  if (!leaves_messages(in)) return hang_up_on(agent, no_person(event::Verdict::machine), in);
  in.tell(FreeAgent{agent});
  // A moment later, when the agent is free.
  return AwaitingBeep{in.now.mono + in.rules.greeting_max,
                      greeting_over ? in.now.mono + base::milliseconds{1} : base::kNever};
}

}  // namespace

State suspect_assistant(AgentId agent, In& in) {
  return Screening{agent, in.now.mono + kQuestionMax, base::kNever, base::kNever, Screening::Part::suspected};
}

State answer_assistant(AgentId agent, In& in) {
  const Instant speak_by = in.now.mono + kAskingMax;
  return Screening{agent, in.now.mono + kScreeningMax, in.attempt.speaking ? speak_by : in.now.mono + kBreath,
                   speak_by};
}

State on(const Screening& s, const SpeechStarted&, In& in) {
  if (s.part == Screening::Part::answered) return merge(s, false, in);
  Screening next = s;
  if (s.part == Screening::Part::asked) next.speak_at = s.speak_by;
  next.interrupted = s.part == Screening::Part::answering;
  return next;
}
State on(const Screening& s, const SpeechEnded&, In& in) {
  Screening next = s;
  if (s.part == Screening::Part::asked) next.speak_at = std::min(s.speak_by, in.now.mono + kBreath);
  next.interrupted = false;
  return next;
}
State on(const Screening& s, const GreetingEnded&, In& in) {
  if (s.part == Screening::Part::asked) return answer(s, in);
  Screening next = s;
  if (s.part == Screening::Part::suspected) next.speak_at = in.now.mono + kVerdictBehind;
  return next;
}
State on(const Screening& s, const VerdictReached& e, In& in) {
  const NoPerson what = no_person(e.verdict);
  if (e.verdict == event::Verdict::person) return merge(s, true, in);
  // Said when it has been quiet for long: it waits for the answer.
  if (e.verdict == event::Verdict::screening && s.part == Screening::Part::suspected)
    return answer(Screening{s.agent, in.now.mono + kScreeningMax, base::kNever, base::kNever}, in);
  // It was a fax, or the network's tone says that the far end has gone.
  if (what.outcome == Outcome::fax || what.outcome == Outcome::false_answer)
    return hang_up_on(s.agent, what, in);
  return s;
}
State on(const Screening& s, const MessagePlayed&, In& in) {
  if (s.part != Screening::Part::answering) return s;
  // Who began to speak into the answer, and still does, is not the assistant with its question.
  if (s.interrupted) return merge(s, false, in);
  Screening next = s;
  next.part = Screening::Part::answered;
  return next;
}
State on(const Screening& s, const HungUp& e, In& in) {
  in.attempt.facts = e.facts;
  stop_analysis(in);
  const bool asked = s.part != Screening::Part::suspected;
  conclude(in, asked ? Outcome::screened : Outcome::machine, Fault::callee,
           asked ? "hung_up_in_screening" : "hung_up_in_greeting");
  in.tell(FreeAgent{s.agent});
  return Ended{};
}
State on(const Screening& s, const DigitPressed&, In&) { return s; }
State on(const Screening& s, const AgentLost& e, In& in) {
  if (!e.substitute) {  // nobody has been heard to answer: there is nobody to be told anything
    stop_analysis(in);
    in.emit(effect::EndCall{in.attempt.id});
    const bool asked = s.part != Screening::Part::suspected;
    return conclude(in, asked ? Outcome::screened : Outcome::machine, Fault::us, "agent_lost");
  }
  in.tell(ReserveAgent{e.substitute});
  Screening next = s;
  next.agent = e.substitute;
  return next;
}
State on(const Screening& s, const AgentLeaving&, In&) { return s; }
State on(const Screening& s, const EmergencyStopped&, In& in) {
  return hang_up_on(s.agent, {Outcome::stopped, Fault::us, "stopped"}, in);
}
State on(const Screening& s, const DeadlineReached&, In& in) {
  const bool speaks = in.now.mono < s.give_up_at;
  if (s.part == Screening::Part::suspected) return treat_as_machine(s.agent, speaks, in);
  if (speaks) return answer(s, in);
  return hang_up_on(s.agent, no_person(event::Verdict::screening), in);
}

}  // namespace ziptone::dialer::call
