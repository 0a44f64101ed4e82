// The inside of the Dialer: the tables of the machines' states, and the line of messages between them.
#pragma once

#include <deque>
#include <map>
#include <queue>
#include <set>

#include "dialer/contact/book.hpp"
#include "dialer/dialer.hpp"
#include "dialer/lease/trunks.hpp"
#include "dialer/machine/agent.hpp"
#include "dialer/machine/call.hpp"
#include "dialer/machine/campaign.hpp"
#include "dialer/machine/leg.hpp"

namespace ziptone::dialer {

struct CallRecord {
  Attempt attempt;
  call::State state;
  ContactIndex contact = 0;
  std::shared_ptr<const Campaign> rules;  // those of its lease: an edit holds for the next intent on
  WallTime callback_at{};                 // promised by the agent; zero = not
  AgentId callback_agent;
  bool opted_out = false;  // the agent was told: do not call again
};
struct AgentRecord {
  Agent config;
  agent::State state = agent::Away{};
  leg::State leg = leg::Down{};
  Instant since{};         // of the state's name
  Instant leg_since{};     // of the leg's
  AttemptId last_wrapped;  // the attempt last wrapped up, for a code that comes late or twice
  ContactIndex last_contact = 0;
  std::shared_ptr<const Campaign> last_rules;
  CodeId last_code;
  AttemptId last_accepted;      // as a machine's, for a key that is pressed twice
  std::set<CampaignId> joined;  // of those that are joined by hand
};
struct CampaignRecord {
  std::shared_ptr<const Campaign> rules;
  campaign::State state = campaign::Draft{};
  std::uint64_t served = 0;  // leases, in units of one over the weight: the least served is next
  std::size_t live_calls = 0;
};

struct Dialer::State {
  explicit State(Start start) : next_attempt(start.next_attempt), next_sequence(start.next_sequence) {}

  // ---- one step, in order (step.cpp)
  // -------------------------------------------------------------------------------
  void step(const Event& event, Now at, std::vector<Effect>& out);
  Instant deadline() const;

  // ---- events of the shells, one overload each (route.cpp)
  // ---------------------------------------------------------
  void take(const event::ZoneSetDefined& e);
  void take(const event::TrunkDefined& e);
  void take(const event::EntryPointDefined& e);
  void take(const event::QueueDefined& e);
  void take(const event::AgentDefined& e);
  void take(const event::CampaignDefined& e);
  void take(const event::ContactsLoaded& e);
  void take(const event::ContactsWithdrawn& e);
  void take(const event::NumberHistoryLoaded& e);
  void take(const event::DncAdded& e);
  void take(const event::DncRemoved& e);
  void take(const event::CampaignStarted& e);
  void take(const event::CampaignPaused& e);
  void take(const event::CampaignStopped& e);
  void take(const event::EmergencyStopped& e);
  void take(const event::AgentJoined& e);
  void take(const event::AgentLeft& e);
  void took_part(const AgentRecord& who, CampaignId campaign, std::string_view event, Ticket ticket);
  void take(const event::EndPressed& e);
  void take(const event::HoldPressed& e);
  void take(const event::ResumePressed& e);
  void take(const event::MachineAccepted& e);
  void take(const event::WrappedUp& e);
  void correct(AgentRecord& who, const event::WrappedUp& e);
  CallRecord* call_on_screen(AgentId agent_id, AttemptId attempt, Ticket ticket);  // (asked.cpp)
  void asked_row(const CallRecord& call, AgentId agent_id, std::string_view event, Ticket ticket);
  void take(const event::CallbackAsked& e);
  void take(const event::DoNotCallAsked& e);
  void take(const event::KeypadPressed& e);
  void take(const event::WrapUpOwed& e);
  void take(const event::WrapUpExtended& e);
  void take(const event::LegUp& e);
  void take(const event::LegDown& e);
  void take(const event::LegHeld& e);
  void take(const event::LegResumed& e);
  void take(const event::AttemptDurable& e);
  void take(const event::StoreFailed& e);
  void take(const event::Rejected& e);
  void take(const event::Answered& e);
  void take(const event::TrunkUp& e);
  void take(const event::TrunkDown& e);
  void take(const event::TimePassed& e);
  template <class E>
    requires requires(const E& e) { e.agent; }
  void take(const E& e) {  // the agent's own wishes
    if (agents.contains(e.agent)) return send(e.agent, agent::Event{e});
    if constexpr (requires { e.ticket; }) {
      if (e.ticket != 0) effects->emplace_back(effect::Refused{e.ticket, "unknown_agent"});
    }
  }
  template <class E>
    requires requires(const E& e) { e.attempt; }
  void take(const E& e) {
    send(e.attempt, call::Event{e});
  }  // the network's and the media's words

  // ---- messages between the machines (drain.cpp)
  // -------------------------------------------------------------------
  struct ToCall {
    AttemptId id;
    call::Event event;
  };
  struct ToAgent {
    AgentId id;
    agent::Event event;
  };
  struct ToLeg {
    AgentId id;
    leg::Event event;
  };
  struct ToCampaign {
    CampaignId id;
    campaign::Event event;
  };
  struct CallSays {
    AttemptId id;
    call::Inward message;
  };
  using Message = std::variant<ToCall, ToAgent, ToLeg, ToCampaign, CallSays>;
  void send(AttemptId id, call::Event event) { line.emplace_back(ToCall{id, std::move(event)}); }
  void send(AgentId id, const agent::Event& event) { line.emplace_back(ToAgent{id, event}); }
  void drain();
  void deliver(const ToCall& m);
  void deliver(const ToAgent& m);
  void deliver(const ToLeg& m);
  void deliver(const ToCampaign& m);
  void deliver(const CallSays& m);
  void obey(CallRecord& call, const call::ReserveAgent& m);
  void obey(CallRecord& call, const call::FreeAgent& m);
  void obey(CallRecord& call, const call::DoubtLeg& m);
  void obey(CallRecord& call, const call::EngageAgent& m);
  void obey(CallRecord& call, const call::EndTalk& m);
  void obey(CallRecord& call, const call::EndWrapUp& m);
  void obey(CallRecord& call, const call::ReleaseAgent& m);
  void obey(CallRecord& call, const call::Place& m);
  void obey(CallRecord& call, const call::Conclude& m);
  void obey(CallRecord& call, const call::ConcludeByCode& m);
  void obey(CallRecord& call, const call::GiveBack& m);
  void obey(CallRecord& call, const call::Follow& m);
  void obey(CallRecord& call, const call::OptOut& m);
  void settle(CallRecord& call, Outcome outcome);
  void keep_promises(CallRecord& call, const event::WrappedUp& wrapped_up);
  void forget_ended();

  // ---- who is next (match.cpp)
  // -------------------------------------------------------------------------------------
  void match();
  void offer_unattended();
  bool lease_for(AgentRecord& who, Instant since, const std::vector<CampaignRecord*>& dialable);
  void lease(CampaignRecord& in, AgentRecord& who, TrunkId trunk, const Picked& picked, AttemptId attempt);
  void open_call(CallRecord record, AgentId who);
  Instant paused_until(const AgentRecord& who, Instant since) const;
  static Instant dialed_from(Instant available_since, const CampaignRecord& in);
  bool selects(const CampaignRecord& in, const AgentRecord& who) const;
  bool serves(const AgentRecord& who, const CampaignRecord& in) const;
  static bool has_path(const AgentRecord& who) {
    return std::holds_alternative<leg::Up>(who.leg) && !is_on_hold(who);
  }
  // By the phone's own button: nobody is dialed for who would not hear them.
  static bool is_on_hold(const AgentRecord& who) {
    const auto* up = std::get_if<leg::Up>(&who.leg);
    return up != nullptr && up->held;
  }
  std::size_t legs_being_called(const CampaignRecord& in) const;
  AgentId substitute_for(const CallRecord& call) const;
  const std::vector<TrunkId>& trunks_of(const CampaignRecord& in) const;
  std::string_view refusal_of(const CallRecord& call) const;  // of a durable intent; empty = still right

  // ---- why not? (explain.cpp)
  // --------------------------------------------------------------------------------------
  Explanation explain(const CampaignRecord& in, Now at) const;

  // ---- is it still whole? (cross_check.cpp)
  // ------------------------------------------------------------------------
  void cross_check();
  void check_call(const CallRecord& call) const;
  void check_agent(const AgentRecord& who) const;

  void row(std::string_view machine, std::uint64_t id, std::string_view from, std::string_view event,
           std::string_view to, const CallRecord* call, AgentId agent);
  CampaignRecord* campaign(CampaignId id);
  AgentRecord* agent(AgentId id);

  Now now{};
  std::vector<Effect>* effects = nullptr;  // of the step under way
  std::uint64_t next_attempt;
  std::uint64_t next_sequence;
  bool store_failed = false;
  bool store_lagging = false;  // an intent took over a second; until one is durable again nothing is leased
  std::uint64_t late_events = 0;
  std::optional<Now> started;  // of the process: the wall clock's steps are measured from it

  ContactBook book;
  Trunks trunks;
  std::map<CampaignId, CampaignRecord> campaigns;
  std::map<QueueId, Queue> queues;
  std::map<QueueId, std::uint64_t> floors;  // what the last leased campaign of the queue had been served
  std::map<EntryPointId, EntryPoint> entry_points;
  std::map<AgentId, AgentRecord> agents;
  std::map<AttemptId, CallRecord> calls;
  std::set<std::pair<Instant, AgentId>> available;  // longest available first
  std::set<AttemptId> unattended;

  std::deque<Message> line;
  std::vector<AttemptId> ended;          // in this step
  std::vector<AttemptId> touched_calls;  // in this step
  std::vector<AgentId> touched_agents;
  std::uint64_t steps = 0;
  struct Due {
    Instant at;
    std::uint64_t id;
    bool leg;  // of an agent's leg, else of a call
    friend bool operator>(const Due& a, const Due& b) {
      return a.at != b.at ? a.at > b.at : a.id != b.id ? a.id > b.id : a.leg > b.leg;
    }
  };
  void remember(Instant at, std::uint64_t id, bool leg);
  bool is_current(const Due& due) const;
  void expire();
  void expire_call(CallRecord& call);
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due;
  Instant match_again = base::kNever;  // when a trunk's pace or breaker lets someone who waits go on
};

}  // namespace ziptone::dialer
