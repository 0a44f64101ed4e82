// The door into the core: everything that can happen, in the past tense. Plain data; the shells make them.
//
// Commands of people carry a Ticket: the core answers each with Accepted or Refused of the same ticket
// (effect.hpp).
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "dialer/config.hpp"
#include "dialer/sip_facts.hpp"

namespace ziptone::dialer {

using Ticket = std::uint64_t;  // 0 = nobody waits for the answer

namespace event {

// ---- configuration: whole values, replacing the one of the same id
struct ZoneSetDefined {
  ZoneSetId id;
  std::vector<base::ZoneRules> zones;  // all must be open; a zone without rules is unknown and never dialed
};
struct TrunkDefined {
  Trunk trunk;
};
struct EntryPointDefined {
  EntryPoint entry_point;
};
struct QueueDefined {
  Queue queue;
};
struct AgentDefined {
  Agent agent;
};
// A new campaign is a draft; of a known one the rules change, for the next intent on.
struct CampaignDefined {
  Campaign campaign;
};

// ---- contacts
struct NumberSeed {
  NumberKey number = 0;
  ZoneSetId zones = 0;
  CountryKey country = 0;
  bool barred = false;  // the destination list refuses it (phone::DestinationList)
};
enum class ContactPhase : std::uint8_t { ready, retry_at, callback_at, done, exhausted, suppressed };
struct ContactSeed {
  ContactId id;
  std::vector<NumberSeed> numbers;  // in order of preference, 1-10
  ContactPhase phase = ContactPhase::ready;
  WallTime next_at{};         // of retry_at and callback_at
  AgentId callback_agent;     // of callback_at; 0 = anyone
  std::uint8_t number = 0;    // index of the number that is next
  std::uint8_t attempts = 0;  // so far, those of unknown fate included
  Outcome last_outcome = Outcome::none;
  std::uint8_t streak = 0;  // of that outcome, one after the other: a retry rule's attempts_max counts these
};
// A chunk of a list that the campaign dials, in the list's order. A known id keeps its state and takes the
// numbers of the seed, when its call is over if it is in one; suppressed for its numbers before and ready
// now, it was corrected. A known id of another campaign moves; one in a call when that is over.
struct ContactsLoaded {
  CampaignId campaign;
  std::vector<ContactSeed> contacts;
};
// These are not the campaign's any more: their list was taken from it. One in a call leaves when that is
// over.
struct ContactsWithdrawn {
  CampaignId campaign;
  std::vector<ContactId> contacts;
};
// Earlier attempts on a number, from the store at start-up: caps and gaps count them.
struct NumberHistoryLoaded {
  NumberKey number = 0;
  std::uint8_t attempts = 0;
  std::vector<WallTime> last_day;  // of the attempts in the last 24 h, oldest first
  WallTime last_at{};
};
struct DncAdded {
  NumberKey number = 0;
};
struct DncRemoved {
  NumberKey number = 0;
};

// ---- campaigns, by a person
struct CampaignStarted {  // also resumes a paused one
  CampaignId campaign;
  Ticket ticket = 0;
};
struct CampaignPaused {
  CampaignId campaign;
  Ticket ticket = 0;
};
struct CampaignStopped {  // drains: calls go on, nothing new is dialed, then done
  CampaignId campaign;
  Ticket ticket = 0;
};
// Cancels what rings, ends what is answered but not merged; talking goes on. The campaign is paused.
struct EmergencyStopped {
  CampaignId campaign;
  Ticket ticket = 0;
};

// ---- agents, by a person
struct AgentSignedIn {
  AgentId agent;
  Ticket ticket = 0;
};
struct AgentSignedOut {
  AgentId agent;
  Ticket ticket = 0;
};
// Both may come while busy: they are then what follows the wrap-up.
struct AgentWentAvailable {
  AgentId agent;
  Ticket ticket = 0;
};
struct AgentWentIdle {
  AgentId agent;
  std::uint16_t idle_code = 0;
  Ticket ticket = 0;
};
// Takes part in a campaign that agents join by hand, until leaving it or signing out.
struct AgentJoined {
  AgentId agent;
  CampaignId campaign;
  Ticket ticket = 0;
};
struct AgentLeft {
  AgentId agent;
  CampaignId campaign;
  Ticket ticket = 0;
};
// The desktop's heartbeat stopped (over 3 s), and came back.
struct AgentDisconnected {
  AgentId agent;
};
struct AgentReconnected {
  AgentId agent;
};
struct EndPressed {
  AgentId agent;
  Ticket ticket = 0;
};
struct HoldPressed {
  AgentId agent;
  Ticket ticket = 0;
};
struct ResumePressed {
  AgentId agent;
  Ticket ticket = 0;
};
struct WrappedUp {
  AgentId agent;
  AttemptId attempt;  // the one on the agent's screen: a late or doubled one is known by it
  CodeId code;
  WallTime callback_at{};  // of a callback code
  AgentId callback_agent;  // 0 = anyone
  Ticket ticket = 0;
};
// In the call: the agent agrees with the late verdict on it. The call ends, and with it the agent's work on
// it.
struct MachineAccepted {
  AgentId agent;
  AttemptId attempt;  // the one on the agent's screen; 0 = whichever
  Ticket ticket = 0;
};
// From the call or its wrap-up: whatever the code, the contact is called back then. The last one asked for
// stands; a zero time withdraws it.
struct CallbackAsked {
  AgentId agent;
  AttemptId attempt;  // the one on the agent's screen
  WallTime at{};
  AgentId callback_agent;  // 0 = anyone
  Ticket ticket = 0;
};
// From the call or its wrap-up: the contact said not to be called any more.
struct DoNotCallAsked {
  AgentId agent;
  AttemptId attempt;
  Ticket ticket = 0;
};
// The agent's keypad in the conversation: 0-9*#A-D.
struct KeypadPressed {
  AgentId agent;
  std::string digits;
  Ticket ticket = 0;
};
// At start-up: the process died while this agent talked or wrapped up; the code is still owed. The contact is
// part of a ContactsLoaded before it. The agent is in WrappingUp after the sign-in.
struct WrapUpOwed {
  AttemptId attempt;
  AgentId agent;
  CampaignId campaign;
  ContactId contact;
  NumberKey number = 0;
  WallTime callback_at{};  // promised in the call; zero = none
  AgentId callback_agent;
};
struct WrapUpExtended {
  AgentId agent;
  Duration by{};
  Ticket ticket = 0;
};

// ---- the agent's voice path
struct LegUp {
  AgentId agent;
};
struct LegDown {  // refused, unanswered, BYE, or its media is gone
  AgentId agent;
};
struct LegHeld {  // the phone's re-INVITE sendonly or inactive
  AgentId agent;
};
struct LegResumed {
  AgentId agent;
};

// ---- store
struct AttemptDurable {
  AttemptId attempt;
};
// A sync failed or the disk is full: nothing is dialed any more in this process (never retried).
struct StoreFailed {};

// ---- signalling
struct Progressed {  // 180-189 of the attempt
  AttemptId attempt;
  std::uint16_t code = 180;
  bool early_media = false;
};
struct Answered {  // 2xx; may come after CancelCall
  AttemptId attempt;
};
struct Rejected {  // the final answer that is not 2xx, 487 of our own CANCEL and local time-outs included
  AttemptId attempt;
  SipFacts facts;
};
struct HungUp {  // BYE of the contact's side, or its media is dead
  AttemptId attempt;
  SipFacts facts;
};
struct TrunkUp {
  TrunkId trunk;
};
struct TrunkDown {  // OPTIONS unanswered, registration lost, transport gone
  TrunkId trunk;
};

// ---- media and analysis
struct SpeechStarted {
  AttemptId attempt;
};
struct SpeechEnded {  // a turn of the contact's ended; the clock that the contact feels starts there
  AttemptId attempt;
  Duration quiet{0};  // since the last word: a detector waits before it says so
};
enum class Verdict : std::uint8_t {
  person,
  unsure,
  machine,
  fax,
  busy,
  reorder,
  sit,
  ringback,
  music,
  silence,
  screening,
  announcement
};
struct VerdictReached {
  AttemptId attempt;
  Verdict verdict = Verdict::unsure;
};
struct GreetingEnded {  // a machine's: it beeped, or has been quiet for long. Again at a later beep
  AttemptId attempt;
};
struct Bridged {  // both directions flow between contact and agent
  AttemptId attempt;
};
struct MessagePlayed {  // what PlayMessage asked for came to its end
  AttemptId attempt;
};
struct DigitPressed {  // by the contact
  AttemptId attempt;
  char digit = 0;
};

// ---- time
struct TimePassed {};  // Dialer::deadline() was reached

}  // namespace event

using Event =
    std::variant<event::ZoneSetDefined, event::TrunkDefined, event::EntryPointDefined, event::QueueDefined,
                 event::AgentDefined, event::CampaignDefined, event::ContactsLoaded, event::ContactsWithdrawn,
                 event::NumberHistoryLoaded, event::DncAdded, event::DncRemoved, event::CampaignStarted,
                 event::CampaignPaused, event::CampaignStopped, event::EmergencyStopped, event::AgentSignedIn,
                 event::AgentSignedOut, event::AgentWentAvailable, event::AgentWentIdle, event::AgentJoined,
                 event::AgentLeft, event::AgentDisconnected, event::AgentReconnected, event::EndPressed,
                 event::HoldPressed, event::ResumePressed, event::WrappedUp, event::MachineAccepted,
                 event::CallbackAsked, event::DoNotCallAsked, event::KeypadPressed, event::WrapUpOwed,
                 event::WrapUpExtended, event::LegUp, event::LegDown, event::LegHeld, event::LegResumed,
                 event::AttemptDurable, event::StoreFailed, event::Progressed, event::Answered,
                 event::Rejected, event::HungUp, event::TrunkUp, event::TrunkDown, event::SpeechStarted,
                 event::SpeechEnded, event::VerdictReached, event::GreetingEnded, event::Bridged,
                 event::MessagePlayed, event::DigitPressed, event::TimePassed>;

}  // namespace ziptone::dialer
