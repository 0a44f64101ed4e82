// What the witnesses see: the wire at our door, the contacts, the agents and the disk. The oracles judge from
// these and never from the dialer's tables.
#pragma once

#include <string_view>
#include <variant>

#include "dialer/effect.hpp"

namespace ziptone::sim::sight {

using dialer::AgentId;
using dialer::AttemptId;
using dialer::CampaignId;
using dialer::NumberKey;
using dialer::TrunkId;

// ---- the wire at our door
struct Invited {
  AttemptId attempt;
  TrunkId trunk;
  NumberKey number = 0;
};
struct Cancelled {
  AttemptId attempt;
  bool at_start_up = false;  // by a process that found it in the log
};
struct RangBack {  // an 18x
  AttemptId attempt;
};
struct AnswerSent {  // the 200 leaves the carrier
  AttemptId attempt;
};
struct AnswerHeard {  // and reaches a living process
  AttemptId attempt;
};
struct FinalSent {  // any other final answer leaves the carrier, or ours for want of one
  AttemptId attempt;
  dialer::SipFacts facts;
};
struct Byed {  // by us
  AttemptId attempt;
};
struct LeftUs {  // by the contact
  AttemptId attempt;
};

// ---- what the contact says and hears
struct Spoke {
  AttemptId attempt;
  bool on = false;
};
struct EarlyVoice {  // the network's own voice gave a verdict before the answer
  AttemptId attempt;
};
struct Judged {  // what the analysis made of who answered
  AttemptId attempt;
  dialer::event::Verdict verdict;
};
struct Joined {
  AttemptId attempt;
  AgentId agent;
};
struct Parted {
  AttemptId attempt;
};
struct MessageBegan {
  AttemptId attempt;
  dialer::effect::Message which;
};
struct MessageEnded {  // it was played whole
  AttemptId attempt;
  dialer::effect::Message which;
};
struct MusicBegan {
  AttemptId attempt;
};

// ---- agents
struct Screen {  // what the agent's desktop is told
  AgentId agent;
  std::string_view state;
  AttemptId attempt;
};
enum class Act : std::uint8_t {
  idle,
  signed_out,
  signed_in,
  disconnected,
  reconnected,
  available,
  leg_up,
  leg_held,
  leg_lost
};
struct AgentDid {
  AgentId agent;
  Act act;
};
struct LegCalled {
  AgentId agent;
};
struct LegEnded {
  AgentId agent;
};
struct Pressed {  // End, Hold or Resume, and its answer
  AgentId agent;
  bool accepted = false;
  std::string_view reason;
  bool held = false;  // whether the contact heard hold music then
  bool end = false;
};
struct CodeAcknowledged {
  AttemptId attempt;
  dialer::CodeId code;
};

// ---- the core's words and the disk
struct Intended {
  dialer::effect::CommitAttempt intent;
};
struct IntentDurable {  // on the disk; the process is told later
  AttemptId attempt;
};
struct Concluded {
  dialer::effect::SaveOutcome outcome;
};
struct Rowed {
  dialer::effect::AppendRow row;
};
struct DncTold {  // the core has taken the entry in
  NumberKey number = 0;
};
struct Listed {  // the core has been told whose a contact is; campaign 0: nobody's
  dialer::ContactId contact;
  CampaignId campaign;
};
enum class Order : std::uint8_t { started, paused, stopped, emergency };
struct CampaignTold {
  CampaignId campaign;
  Order order;
};
struct Died {};
struct Born {};
struct Froze {};
struct Thawed {};
struct WallStepped {};

}  // namespace ziptone::sim::sight

namespace ziptone::sim {
using Sight =
    std::variant<sight::Invited, sight::Cancelled, sight::RangBack, sight::AnswerSent, sight::AnswerHeard,
                 sight::FinalSent, sight::Byed, sight::LeftUs, sight::Spoke, sight::EarlyVoice, sight::Judged,
                 sight::Joined, sight::Parted, sight::MessageBegan, sight::MessageEnded, sight::MusicBegan,
                 sight::Screen, sight::AgentDid, sight::LegCalled, sight::LegEnded, sight::Pressed,
                 sight::CodeAcknowledged, sight::Intended, sight::IntentDurable, sight::Concluded,
                 sight::Rowed, sight::DncTold, sight::Listed, sight::CampaignTold, sight::Died, sight::Born,
                 sight::Froze, sight::Thawed, sight::WallStepped>;
}  // namespace ziptone::sim
