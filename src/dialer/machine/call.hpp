// The call: one attempt from its lease to its end. Read the states, then the table.
//
//   Leased -> Paced -> Dialing -> Ringing -> Analysing -> Merging -> Talking <-> Held -> WrappingUp -> Ended
//
// A call with an agent names the agent in its state; Unattended, Lingering, PlayingMessage, AwaitingBeep and
// LeavingMessage have none.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "dialer/effect.hpp"
#include "dialer/machine/machine.hpp"

namespace ziptone::dialer {

// What is known of an attempt besides its state; written by the call alone.
struct Attempt {
  AttemptId id;
  CampaignId campaign;
  ContactId contact;
  TrunkId trunk;
  EntryPointId entry_point;
  NumberKey number = 0;
  std::uint8_t number_index = 0;
  CountryKey country = 0;
  AttemptId follows;
  SipFacts facts;
  Now placed{};  // zero wall = not yet; likewise below
  Now rang{};
  Now answered{};
  Now merged{};
  bool listening = false;  // analysis was asked for and not stopped
  bool message_left = false;
  bool speaking = false;  // as the analysis heard last
  bool doubted = false;   // the agent is given the call while the analysis is not sure that it is a person
  std::optional<event::Verdict> late_verdict;  // came while the agent talks: no person
  bool review = false;                         // called a machine, and connected so that the agent may judge
};
constexpr bool happened(const Now& at) { return at.wall != WallTime{}; }

namespace call {

// ---- states
struct Leased {  // the intent is on its way to the disk
  AgentId agent;
  Instant stale_by;
};
struct Paced {  // durable and admitted; the trunk's spacing lets it go in a moment
  AgentId agent;
  Instant send_at;
};
struct Dialing {  // INVITE sent, no 18x yet
  AgentId agent;
  Instant ring_by;
};
struct Ringing {
  AgentId agent;
  Instant answer_by;
};
struct Unattended {  // the agent went away and nobody took over: rings to the minimum ring time
  Instant cancel_at;
};
struct Cancelling {  // CANCEL sent, no final answer yet, the agent still waits
  AgentId agent;
  Instant free_by;
  Outcome outcome;
};
struct Lingering {  // as above, the agent is free: a late 200 hears the message
  Instant final_by;
  Outcome outcome;
};
struct Analysing {
  AgentId agent;
  Instant decide_by;
};
struct Screening {  // an assistant asks who calls, before it rings the person
  AgentId agent;
  Instant give_up_at;
  Instant speak_at;  // the answer to it; kNever: it is being played, or was
  Instant speak_by;
  enum class Part : std::uint8_t { suspected, asked, answering, answered } part = Part::asked;
  bool interrupted = false;  // somebody began to speak into the answer
};
struct Merging {
  AgentId agent;
  Instant merge_by;
};
struct Talking {
  AgentId agent;
  Instant doubt_until = base::kNever;  // the analysis is listened to; kNever: not any more
};
struct Held {
  AgentId agent;
  Instant back_by;
  Instant remind_at;
};
struct AwaitingAgent {  // the agent's leg was lost: the contact hears hold music until it is joined again
  AgentId agent;
  Instant message_by;
  bool merging = false;  // the leg is back, and the merge ordered
};
struct Apologising {  // it did not come back: the contact hears the message
  AgentId agent;
  Instant end_by;
};
struct PlayingMessage {  // safe harbour: answered, and no agent
  Instant end_by;
};
struct AwaitingBeep {  // a machine answered and has gone on without an agent: its greeting is waited for
  Instant give_up_at;
  Instant speak_at;    // the quiet after it is long enough then; kNever: only a beep or more quiet will tell
  bool again = false;  // the message was begun too early
};
struct LeavingMessage {
  Instant end_by;
  bool again = false;
};
struct Naming {  // classic mode: the agent reads the outcome for a second; the attempt itself is over
  AgentId agent;
  Instant free_at;
};
struct WrappingUp {
  AgentId agent;
  Instant code_by;
  Duration extended{};  // by the agent, so far
};
struct Ended {};

using State = std::variant<Leased, Paced, Dialing, Ringing, Unattended, Cancelling, Lingering, Analysing,
                           Screening, Merging, Talking, Held, AwaitingAgent, Apologising, PlayingMessage,
                           AwaitingBeep, LeavingMessage, Naming, WrappingUp, Ended>;

// ---- events
// Those of the network, media and people are dialer/event.hpp's; these are said by the Dialer and the other
// machines.
struct Admitted {  // durable, and everything judged again
  Instant send_at;
};
struct Withdrawn {  // durable, but the world has changed
  std::string_view reason;
};
struct AgentLost {     // signed out, disconnected or without a leg
  AgentId substitute;  // who can take over; 0 = nobody
};
struct AgentLeaving {  // asked to be idle after this call: only an available colleague takes it over
  AgentId substitute;
};
struct AgentOffered {  // to an unattended call
  AgentId agent;
};
struct AgentReturned {};  // signed in, and still owes the code
struct LegLost {};
struct LegRecovered {};
struct DeadlineReached {};
struct Refusal {  // the final answer, with what else the Dialer knows
  SipFacts facts;
  bool can_follow = false;  // another trunk has a slot for it now
};

using event::Answered;
using event::Bridged;
using event::DigitPressed;
using event::EmergencyStopped;
using event::EndPressed;
using event::GreetingEnded;
using event::HoldPressed;
using event::HungUp;
using event::MachineAccepted;
using event::MessagePlayed;
using event::Progressed;
using event::ResumePressed;
using event::SpeechEnded;
using event::SpeechStarted;
using event::VerdictReached;
using event::WrappedUp;
using event::WrapUpExtended;

using Event =
    std::variant<Admitted, Withdrawn, Progressed, Answered, Refusal, HungUp, SpeechStarted, SpeechEnded,
                 VerdictReached, GreetingEnded, Bridged, MessagePlayed, DigitPressed, AgentLost, AgentLeaving,
                 AgentOffered, AgentReturned, LegLost, LegRecovered, EndPressed, HoldPressed, ResumePressed,
                 MachineAccepted, WrappedUp, WrapUpExtended, EmergencyStopped, DeadlineReached>;

// ---- what a call says to the other machines
struct ReserveAgent {  // a substitute
  AgentId agent;
};
struct FreeAgent {
  AgentId agent;
};
struct DoubtLeg {  // freed, and the voice path must be made anew
  AgentId agent;
};
struct EngageAgent {
  AgentId agent;
};
struct EndTalk {
  AgentId agent;
};
struct EndWrapUp {
  AgentId agent;
};
struct ReleaseAgent {  // from the talk, and no code is owed
  AgentId agent;
};
struct Place {};   // counted: contact, number and trunk learn of the INVITE
struct Conclude {  // the contact is judged by this outcome
  Outcome outcome;
};
struct ConcludeByCode {  // or by the agent's code
  WrappedUp wrapped_up;
};
struct GiveBack {};  // nothing was sent: the contact is next again
struct Follow {      // the same contact and agent on another trunk
  AgentId agent;
  Outcome outcome;
};
struct OptOut {  // the contact said so: do-not-call
  std::string_view source;
};
using Inward = std::variant<ReserveAgent, FreeAgent, DoubtLeg, EngageAgent, EndTalk, EndWrapUp, ReleaseAgent,
                            Place, Conclude, ConcludeByCode, GiveBack, Follow, OptOut>;

struct In {
  Now now;
  const Campaign& rules;
  Attempt& attempt;
  std::vector<Effect>& effects;
  std::vector<Inward>& inward;

  template <class E>
  void emit(E effect) {
    effects.emplace_back(std::move(effect));
  }
  template <class I>
  void tell(I message) {
    inward.emplace_back(std::move(message));
  }
  void accept(Ticket ticket) {
    if (ticket != 0) emit(effect::Accepted{ticket});
  }
  void refuse(Ticket ticket, std::string_view reason) {
    if (ticket != 0) emit(effect::Refused{ticket, reason});
  }
};

// ---- the table: lease
State on(const Leased&, const Admitted&, In&);          // -> Paced | Dialing
State on(const Leased&, const Withdrawn&, In&);         // -> Ended, not placed
State on(const Leased&, const AgentLost&, In&);         // -> Ended, not placed
State on(const Leased&, const AgentLeaving&, In&);      // stays: judged again when durable
State on(const Leased&, const EmergencyStopped&, In&);  // -> Ended, not placed
State on(const Leased&, const DeadlineReached&, In&);   // -> Ended, not placed: stale
State on(const Paced&, const Admitted&, In&);           // stays, later: one before it left late
State on(const Paced&, const DeadlineReached&, In&);    // -> Dialing
State on(const Paced&, const Withdrawn&, In&);          // -> Ended, not placed
State on(const Paced&, const AgentLost&, In&);          // -> Ended, not placed
State on(const Paced&, const AgentLeaving&, In&);       // -> Ended, not placed
State on(const Paced&, const EmergencyStopped&, In&);   // -> Ended, not placed

// ---- dial
State on(const Dialing&, const Progressed&, In&);    // -> Ringing
State on(const Dialing&, const Answered&, In&);      // -> Analysing | Merging: a 200 without 18x is legal
State on(const Dialing&, const Refusal&, In&);       // -> Naming | Ended, perhaps followed on another trunk
State on(const Dialing&, const AgentLost&, In&);     // stays with the substitute | -> Unattended
State on(const Dialing&, const AgentLeaving&, In&);  // stays
State on(const Dialing&, const EmergencyStopped&, In&);  // -> Cancelling
State on(const Dialing&, const DeadlineReached&, In&);   // -> Cancelling
Late on(const Dialing&, const HungUp&, In&);
Late on(const Dialing&, const DigitPressed&, In&);
State on(const Ringing&, const Progressed&, In&);  // stays: a repeat or another fork; early media may begin
State on(const Ringing&, const Answered&, In&);    // -> Analysing | Merging
State on(const Ringing&, const Refusal&, In&);     // -> Naming | Ended
State on(const Ringing&, const VerdictReached&,
         In&);  // stays | -> Cancelling: the network's own voice said busy
State on(const Ringing&, const SpeechStarted&, In&);     // stays
State on(const Ringing&, const SpeechEnded&, In&);       // stays
State on(const Ringing&, const AgentLost&, In&);         // stays with the substitute | -> Unattended
State on(const Ringing&, const AgentLeaving&, In&);      // stays
State on(const Ringing&, const EmergencyStopped&, In&);  // -> Cancelling
State on(const Ringing&, const DeadlineReached&, In&);   // -> Cancelling
Late on(const Ringing&, const HungUp&, In&);
Late on(const Ringing&, const DigitPressed&, In&);
State on(const Unattended&, const Progressed&, In&);        // stays
State on(const Unattended&, const Answered&, In&);          // -> PlayingMessage
State on(const Unattended&, const Refusal&, In&);           // -> Ended
State on(const Unattended&, const VerdictReached&, In&);    // stays | -> Lingering
State on(const Unattended&, const SpeechStarted&, In&);     // stays
State on(const Unattended&, const SpeechEnded&, In&);       // stays
State on(const Unattended&, const AgentOffered&, In&);      // -> Dialing | Ringing
State on(const Unattended&, const EmergencyStopped&, In&);  // -> Lingering
State on(const Unattended&, const DeadlineReached&, In&);   // -> Lingering
Late on(const Unattended&, const HungUp&, In&);
Late on(const Unattended&, const DigitPressed&, In&);
State on(const Cancelling&, const Progressed&, In&);        // stays: late, but the trunk is not silent
State on(const Cancelling&, const Refusal&, In&);           // -> Naming | Ended
State on(const Cancelling&, const Answered&, In&);          // -> a person picked up: as if never cancelled
State on(const Cancelling&, const AgentLost&, In&);         // -> Lingering
State on(const Cancelling&, const AgentLeaving&, In&);      // stays
State on(const Cancelling&, const EmergencyStopped&, In&);  // stays, stopped
State on(const Cancelling&, const DeadlineReached&, In&);   // -> Lingering
Late on(const Cancelling&, const VerdictReached&, In&);
Late on(const Cancelling&, const SpeechStarted&, In&);
Late on(const Cancelling&, const SpeechEnded&, In&);
Late on(const Cancelling&, const HungUp&, In&);
Late on(const Cancelling&, const DigitPressed&, In&);
State on(const Lingering&, const Progressed&, In&);        // stays
State on(const Lingering&, const Refusal&, In&);           // -> Ended
State on(const Lingering&, const Answered&, In&);          // -> PlayingMessage
State on(const Lingering&, const EmergencyStopped&, In&);  // stays, stopped
State on(const Lingering&, const DeadlineReached&, In&);   // -> Ended: no final answer came
Late on(const Lingering&, const VerdictReached&, In&);
Late on(const Lingering&, const SpeechStarted&, In&);
Late on(const Lingering&, const SpeechEnded&, In&);
Late on(const Lingering&, const HungUp&, In&);
Late on(const Lingering&, const DigitPressed&, In&);

// ---- analyse
State on(const Analysing&, const SpeechStarted&, In&);     // stays: may speak to the campaign's maximum
State on(const Analysing&, const SpeechEnded&, In&);       // stays: the clock that the contact feels starts
State on(const Analysing&, const VerdictReached&, In&);    // -> Merging | Screening | ... | Ended
State on(const Analysing&, const HungUp&, In&);            // -> Ended
State on(const Analysing&, const DigitPressed&, In&);      // stays
State on(const Analysing&, const AgentLost&, In&);         // stays with the substitute | -> PlayingMessage
State on(const Analysing&, const AgentLeaving&, In&);      // stays
State on(const Analysing&, const EmergencyStopped&, In&);  // -> Ended
State on(const Analysing&, const DeadlineReached&, In&);   // -> Merging: unsure counts as a person
Late on(const Analysing&, const Progressed&, In&);
Late on(const Analysing&, const Answered&, In&);
Late on(const Analysing&, const Refusal&, In&);

State on(const Screening&, const SpeechStarted&, In&);     // stays | -> Merging: somebody behind the answer
State on(const Screening&, const SpeechEnded&, In&);       // stays: the answer follows
State on(const Screening&, const GreetingEnded&, In&);     // stays: the answer is played
State on(const Screening&, const VerdictReached&, In&);    // -> Merging: the person | stays | Ended
State on(const Screening&, const MessagePlayed&, In&);     // stays | -> Merging
State on(const Screening&, const HungUp&, In&);            // -> Ended
State on(const Screening&, const DigitPressed&, In&);      // stays
State on(const Screening&, const AgentLost&, In&);         // stays with the substitute | -> Ended
State on(const Screening&, const AgentLeaving&, In&);      // stays
State on(const Screening&, const EmergencyStopped&, In&);  // -> Ended
State on(const Screening&, const DeadlineReached&, In&);   // stays, the answer is played | -> Ended
Late on(const Screening&, const Progressed&, In&);
Late on(const Screening&, const Answered&, In&);
Late on(const Screening&, const Refusal&, In&);

// ---- merge
State on(const Merging&, const Bridged&, In&);           // -> Talking
State on(const Merging&, const HungUp&, In&);            // -> Ended
State on(const Merging&, const DigitPressed&, In&);      // stays
State on(const Merging&, const AgentLost&, In&);         // stays with the substitute | -> PlayingMessage
State on(const Merging&, const AgentLeaving&, In&);      // stays
State on(const Merging&, const VerdictReached&, In&);    // stays
State on(const Merging&, const SpeechStarted&, In&);     // stays
State on(const Merging&, const SpeechEnded&, In&);       // stays
State on(const Merging&, const EmergencyStopped&, In&);  // -> Ended
State on(const Merging&, const DeadlineReached&, In&);   // -> PlayingMessage: the media did not join
Late on(const Merging&, const Progressed&, In&);
Late on(const Merging&, const Answered&, In&);
Late on(const Merging&, const Refusal&, In&);
Late on(const Merging&, const MessagePlayed&, In&);
State on(const PlayingMessage&, const MessagePlayed&, In&);     // -> Ended, abandoned
State on(const PlayingMessage&, const HungUp&, In&);            // -> Ended, abandoned
State on(const PlayingMessage&, const DigitPressed&, In&);      // stays: 9 opts out
State on(const PlayingMessage&, const EmergencyStopped&, In&);  // stays: the message is short
State on(const PlayingMessage&, const DeadlineReached&, In&);   // -> Ended, abandoned
Late on(const PlayingMessage&, const Progressed&, In&);
Late on(const PlayingMessage&, const Answered&, In&);
Late on(const PlayingMessage&, const Refusal&, In&);
Late on(const PlayingMessage&, const Bridged&, In&);
Late on(const PlayingMessage&, const VerdictReached&, In&);
Late on(const PlayingMessage&, const SpeechStarted&, In&);
Late on(const PlayingMessage&, const SpeechEnded&, In&);

State on(const AwaitingBeep&, const GreetingEnded&, In&);     // -> LeavingMessage
State on(const AwaitingBeep&, const SpeechStarted&, In&);     // stays
State on(const AwaitingBeep&, const SpeechEnded&, In&);       // stays: begun again after two seconds of quiet
State on(const AwaitingBeep&, const VerdictReached&, In&);    // stays | -> PlayingMessage: a person after all
State on(const AwaitingBeep&, const HungUp&, In&);            // -> Ended
State on(const AwaitingBeep&, const DigitPressed&, In&);      // stays
State on(const AwaitingBeep&, const EmergencyStopped&, In&);  // -> Ended
State on(const AwaitingBeep&, const DeadlineReached&, In&);   // -> LeavingMessage | Ended
Late on(const AwaitingBeep&, const MessagePlayed&, In&);
Late on(const AwaitingBeep&, const Progressed&, In&);
Late on(const AwaitingBeep&, const Answered&, In&);
Late on(const AwaitingBeep&, const Refusal&, In&);
Late on(const AwaitingBeep&, const Bridged&, In&);
State on(const LeavingMessage&, const MessagePlayed&, In&);     // -> Ended, the message is left
State on(const LeavingMessage&, const GreetingEnded&, In&);     // stays: begun again, once
State on(const LeavingMessage&, const SpeechStarted&, In&);     // -> AwaitingBeep, once
State on(const LeavingMessage&, const SpeechEnded&, In&);       // stays
State on(const LeavingMessage&, const VerdictReached&, In&);    // stays | -> PlayingMessage
State on(const LeavingMessage&, const HungUp&, In&);            // -> Ended
State on(const LeavingMessage&, const DigitPressed&, In&);      // stays
State on(const LeavingMessage&, const EmergencyStopped&, In&);  // -> Ended
State on(const LeavingMessage&, const DeadlineReached&, In&);   // -> Ended
Late on(const LeavingMessage&, const Progressed&, In&);
Late on(const LeavingMessage&, const Answered&, In&);
Late on(const LeavingMessage&, const Refusal&, In&);
Late on(const LeavingMessage&, const Bridged&, In&);

// ---- talk
State on(const Talking&, const HungUp&, In&);            // -> WrappingUp
State on(const Talking&, const EndPressed&, In&);        // -> WrappingUp
State on(const Talking&, const MachineAccepted&, In&);   // -> Ended | stays, refused
State on(const Talking&, const DeadlineReached&, In&);   // stays: no more doubt
State on(const Talking&, const HoldPressed&, In&);       // -> Held
State on(const Talking&, const ResumePressed&, In&);     // stays, refused
State on(const Talking&, const LegLost&, In&);           // -> AwaitingAgent
State on(const Talking&, const VerdictReached&, In&);    // stays: the row tells the agent
State on(const Talking&, const SpeechStarted&, In&);     // stays
State on(const Talking&, const SpeechEnded&, In&);       // stays
State on(const Talking&, const DigitPressed&, In&);      // stays
State on(const Talking&, const EmergencyStopped&, In&);  // stays
Late on(const Talking&, const Bridged&, In&);
Late on(const Talking&, const MessagePlayed&, In&);
Late on(const Talking&, const Progressed&, In&);
Late on(const Talking&, const Answered&, In&);
Late on(const Talking&, const Refusal&, In&);
State on(const Held&, const HungUp&, In&);            // -> WrappingUp
State on(const Held&, const MachineAccepted&, In&);   // stays, refused
State on(const Held&, const EndPressed&, In&);        // stays, refused: a held call can't be ended
State on(const Held&, const HoldPressed&, In&);       // stays, refused
State on(const Held&, const ResumePressed&, In&);     // -> Talking
State on(const Held&, const LegLost&, In&);           // -> AwaitingAgent
State on(const Held&, const VerdictReached&, In&);    // stays
State on(const Held&, const SpeechStarted&, In&);     // stays
State on(const Held&, const SpeechEnded&, In&);       // stays
State on(const Held&, const DigitPressed&, In&);      // stays
State on(const Held&, const EmergencyStopped&, In&);  // stays
State on(const Held&, const DeadlineReached&, In&);   // stays, the agent is reminded | -> Talking: the limit
Late on(const Held&, const Bridged&, In&);
Late on(const Held&, const MessagePlayed&, In&);
Late on(const Held&, const Progressed&, In&);
Late on(const Held&, const Answered&, In&);
Late on(const Held&, const Refusal&, In&);
State on(const AwaitingAgent&, const LegRecovered&, In&);      // stays: merged again
State on(const AwaitingAgent&, const Bridged&, In&);           // -> Talking
State on(const AwaitingAgent&, const LegLost&, In&);           // -> Apologising: lost once more
State on(const AwaitingAgent&, const HungUp&, In&);            // -> WrappingUp
State on(const AwaitingAgent&, const MachineAccepted&, In&);   // stays, refused
State on(const AwaitingAgent&, const EndPressed&, In&);        // -> WrappingUp
State on(const AwaitingAgent&, const HoldPressed&, In&);       // stays, refused
State on(const AwaitingAgent&, const ResumePressed&, In&);     // stays, refused
State on(const AwaitingAgent&, const VerdictReached&, In&);    // stays
State on(const AwaitingAgent&, const SpeechStarted&, In&);     // stays
State on(const AwaitingAgent&, const SpeechEnded&, In&);       // stays
State on(const AwaitingAgent&, const DigitPressed&, In&);      // stays
State on(const AwaitingAgent&, const EmergencyStopped&, In&);  // stays
State on(const AwaitingAgent&, const DeadlineReached&, In&);   // -> Apologising
Late on(const AwaitingAgent&, const MessagePlayed&, In&);
Late on(const AwaitingAgent&, const Progressed&, In&);
Late on(const AwaitingAgent&, const Answered&, In&);
Late on(const AwaitingAgent&, const Refusal&, In&);
State on(const Apologising&, const MessagePlayed&, In&);     // -> WrappingUp
State on(const Apologising&, const HungUp&, In&);            // -> WrappingUp
State on(const Apologising&, const MachineAccepted&, In&);   // stays, refused
State on(const Apologising&, const EndPressed&, In&);        // stays, refused
State on(const Apologising&, const HoldPressed&, In&);       // stays, refused
State on(const Apologising&, const ResumePressed&, In&);     // stays, refused
State on(const Apologising&, const DigitPressed&, In&);      // stays: 9 opts out
State on(const Apologising&, const EmergencyStopped&, In&);  // stays
State on(const Apologising&, const DeadlineReached&, In&);   // -> WrappingUp
Late on(const Apologising&, const LegLost&, In&);
Late on(const Apologising&, const LegRecovered&, In&);
Late on(const Apologising&, const Bridged&, In&);
Late on(const Apologising&, const VerdictReached&, In&);
Late on(const Apologising&, const SpeechStarted&, In&);
Late on(const Apologising&, const SpeechEnded&, In&);
Late on(const Apologising&, const Progressed&, In&);
Late on(const Apologising&, const Answered&, In&);
Late on(const Apologising&, const Refusal&, In&);

// ---- wrap up
State on(const Naming&, const AgentLost&, In&);            // -> Ended
State on(const Naming&, const AgentLeaving&, In&);         // -> Ended
State on(const Naming&, const DeadlineReached&, In&);      // -> Ended
State on(const Naming&, const EmergencyStopped&, In&);     // stays
State on(const WrappingUp&, const WrappedUp&, In&);        // -> Ended
State on(const WrappingUp&, const WrapUpExtended&, In&);   // stays, later
State on(const WrappingUp&, const AgentLeaving&, In&);     // stays: a required code waits for nobody who left
State on(const WrappingUp&, const AgentReturned&, In&);    // stays: the time for a code that is owed begins
State on(const WrappingUp&, const DeadlineReached&, In&);  // -> Ended, by the timer's code
State on(const WrappingUp&, const EmergencyStopped&, In&);  // stays
State on(const WrappingUp&, const MachineAccepted&, In&);   // stays, refused
State on(const WrappingUp&, const EndPressed&, In&);        // stays, refused
State on(const WrappingUp&, const HoldPressed&, In&);       // stays, refused
State on(const WrappingUp&, const ResumePressed&, In&);     // stays, refused

// What is left of a transaction or of the media after the end of interest: the network and the media may
// still speak.
template <class S>
concept Over = std::is_same_v<S, Naming> || std::is_same_v<S, WrappingUp> || std::is_same_v<S, Ended>;
template <class E>
concept FromOutside =
    std::is_same_v<E, Progressed> || std::is_same_v<E, Answered> || std::is_same_v<E, Refusal> ||
    std::is_same_v<E, HungUp> || std::is_same_v<E, SpeechStarted> || std::is_same_v<E, SpeechEnded> ||
    std::is_same_v<E, VerdictReached> || std::is_same_v<E, GreetingEnded> || std::is_same_v<E, Bridged> ||
    std::is_same_v<E, MessagePlayed> || std::is_same_v<E, DigitPressed>;
template <Over S, FromOutside E>
Late on(const S&, const E&, In&);

// The end of a greeting that no message waits for.
template <class S>
concept Listening =
    std::is_same_v<S, Ringing> || std::is_same_v<S, Unattended> || std::is_same_v<S, Cancelling> ||
    std::is_same_v<S, Lingering> || std::is_same_v<S, Analysing> || std::is_same_v<S, Merging> ||
    std::is_same_v<S, PlayingMessage> || std::is_same_v<S, Talking> || std::is_same_v<S, Held> ||
    std::is_same_v<S, AwaitingAgent> || std::is_same_v<S, Apologising>;
template <Listening S>
Late on(const S&, const GreetingEnded&, In&);

// ---- questions the Dialer asks of a state
Instant deadline_of(const State& state);  // kNever where none
AgentId agent_of(const State& state);     // 0 where none
bool holds_channel(const State& state);   // of the trunk
bool holds_contact(const State& state);
bool is_live(const State& state);     // an INVITE went out and the dialog or transaction is not over
bool is_talking(const State& state);  // the agent is engaged in it
// A bug met this call: ends it with the outcome `failed`, its agent free or wrapping up.
State fail(const State& state, In& in);
bool admits_substitute(const State& state);  // an AgentLost or AgentLeaving may carry one

}  // namespace call
}  // namespace ziptone::dialer
