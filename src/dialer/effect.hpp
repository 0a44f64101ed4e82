// The door out of the core: everything that the shells must do, in the imperative. Plain data.
//
// The effects of one step are one transaction of the store, in their order. World effects (signalling, media)
// are done at once, except that clients see only what is durable and PlaceCall exists only for a durable
// attempt.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "dialer/config.hpp"
#include "dialer/event.hpp"
#include "dialer/sip_facts.hpp"

namespace ziptone::dialer {
namespace effect {

// ---- store
// ------------------------------------------------------------------------------------------------------- The
// intent. When it is on disk, the shell says AttemptDurable.
struct CommitAttempt {
  AttemptId attempt;
  CampaignId campaign;
  ContactId contact;
  AgentId agent;
  TrunkId trunk;
  EntryPointId entry_point;
  NumberKey number = 0;
  std::uint8_t number_index = 0;
  AttemptId follows;  // the attempt that this one is a trunk failover of; 0 = none
  WallTime at{};
};
// The attempt's end: what was detected, whose doing, the raw facts. Once per attempt.
struct SaveOutcome {
  AttemptId attempt;
  Outcome outcome = Outcome::none;
  Fault fault = Fault::unknown;
  SipFacts facts;
  std::string_view reason;    // a static text: of not_placed the gate that refused, else what ended the call
  bool message_left = false;  // the campaign's message was played whole to a machine
  AgentId agent;              // who talked; 0 = nobody
  WallTime placed_at{};       // zero = never
  WallTime rang_at{};
  WallTime answered_at{};
  WallTime merged_at{};
  WallTime ended_at{};
};
struct SaveWrapUp {
  AttemptId attempt;
  AgentId agent;  // 0 = the system's code, no agent talked
  CodeId code;
  bool by_timer = false;
  bool correction = false;  // came after the timer had written its own
  WallTime at{};
};
struct SaveContact {
  ContactId contact;
  event::ContactPhase phase = event::ContactPhase::ready;
  std::string_view reason;  // a static text: why suppressed or exhausted, or the outcome that was retried
  WallTime next_at{};
  AgentId callback_agent;
  std::uint8_t number = 0;
  std::uint8_t attempts = 0;
  Outcome last_outcome = Outcome::none;
  std::uint8_t streak = 0;
};
struct SaveDnc {
  NumberKey number = 0;
  AttemptId attempt;        // where it was said
  std::string_view source;  // a static text: "code", "keypad", "607"
  WallTime at{};
};
struct SaveCallback {  // promised in the call, for its wrap-up to keep
  AttemptId attempt;
  WallTime at{};  // zero = withdrawn
  AgentId agent;  // 0 = anyone
};
struct SaveCampaign {
  CampaignId campaign;
  std::string_view state;  // draft, running, paused, draining, done
};
// One row a step and machine: the log line, the live event, the audit view and the simulator's trace are its
// renderings.
struct AppendRow {
  std::uint64_t sequence = 0;  // 1 and up, without gaps, over the life of the database
  WallTime at{};
  std::string_view machine;  // call, agent, leg, contact, campaign
  std::uint64_t id = 0;
  std::string_view from;  // state names; equal when the state stayed
  std::string_view event;
  std::string_view to;
  CampaignId campaign;  // what it concerns, as far as known; 0 = none
  AgentId agent;
  AttemptId attempt;
  ContactId contact;
  Outcome outcome = Outcome::none;                  // of the call's row that ended the attempt
  event::Verdict verdict = event::Verdict::unsure;  // of a VerdictReached row
};

// ---- signalling
struct PlaceCall {
  AttemptId attempt;
  TrunkId trunk;
  EntryPointId entry_point;
  NumberKey number = 0;
};
struct CancelCall {
  AttemptId attempt;
};
struct EndCall {  // BYE
  AttemptId attempt;
};
struct CallAgent {  // the agent's phone
  AgentId agent;
};
struct EndLeg {
  AgentId agent;
};

// ---- media and analysis
struct StartAnalysis {  // of early media if the call is not answered yet
  AttemptId attempt;
  CampaignId campaign;
};
struct StopAnalysis {
  AttemptId attempt;
};
struct Merge {  // joins contact and agent; answered by Bridged
  AttemptId attempt;
  AgentId agent;
  bool zip_tone = true;
  bool listen = false;  // analysis goes on behind it, until StopAnalysis; else it ends when they are joined
};
struct Split {  // parts them: the agent's leg gets silence again
  AttemptId attempt;
  AgentId agent;
};
struct HoldCall {  // the contact hears music, the agent silence
  AttemptId attempt;
  AgentId agent;
};
struct ResumeCall {
  AttemptId attempt;
  AgentId agent;
};
struct SendDigits {  // to the contact, from the agent's keypad
  AttemptId attempt;
  std::string digits;
};
struct RemindOfHold {  // a short tone to the agent: somebody waits
  AttemptId attempt;
  AgentId agent;
};
struct PlayRingback {  // to the agent, in the called country's cadence
  AgentId agent;
  CountryKey country = 0;
};
struct StopRingback {
  AgentId agent;
};
struct PlayHoldMusic {  // to the contact whose agent's leg was lost
  AttemptId attempt;
};
// safe_harbour: to a person for whom there is no agent; machine: behind a machine's greeting; screening: the
// answer to an assistant that asks who calls.
enum class Message : std::uint8_t { safe_harbour, machine, screening };
struct PlayMessage {  // to the contact, from its beginning; answered by MessagePlayed
  AttemptId attempt;
  CampaignId campaign;
  Message which = Message::safe_harbour;
};
struct StopMessage {
  AttemptId attempt;
};

// ---- answers to people
struct Accepted {
  Ticket ticket = 0;
};
struct Refused {
  Ticket ticket = 0;
  std::string_view reason;  // a static text: "held", "not_on_a_call", ... the page has its words
};

}  // namespace effect

using Effect =
    std::variant<effect::CommitAttempt, effect::SaveOutcome, effect::SaveWrapUp, effect::SaveContact,
                 effect::SaveDnc, effect::SaveCallback, effect::SaveCampaign, effect::AppendRow,
                 effect::PlaceCall, effect::CancelCall, effect::EndCall, effect::CallAgent, effect::EndLeg,
                 effect::StartAnalysis, effect::StopAnalysis, effect::Merge, effect::Split, effect::HoldCall,
                 effect::ResumeCall, effect::SendDigits, effect::RemindOfHold, effect::PlayRingback,
                 effect::StopRingback, effect::PlayHoldMusic, effect::PlayMessage, effect::StopMessage,
                 effect::Accepted, effect::Refused>;

}  // namespace ziptone::dialer
