// The core: state and events in, effects out. Pure: no clock, no thread, no disk, no log.
//
//   Dialer dialer{Dialer::Start{...}};
//   dialer.step(event, now, effects);   // appends to `effects`
//   dialer.deadline();                  // step(TimePassed) then, at the latest
//
// Record before act: PlaceCall follows AttemptDurable only. After every step a cross-check of the machines
// holds (VERIFY). Not thread-safe; one owner.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dialer/effect.hpp"
#include "dialer/event.hpp"

namespace ziptone::dialer {

// One gate of "why is it not dialing?": how many it holds back, and when it opens next.
struct Gate {
  std::string_view name;    // campaign, store, agents, trunk, window, do_not_call, attempts, retry_at, ...
  std::uint64_t count = 0;  // contacts (or agents, channels) that it concerns
  bool open = true;         // whether anything passes now
  std::optional<WallTime> opens_at;  // when it opens by itself; absent = not by itself, or open
};
struct Explanation {
  std::vector<Gate> gates;  // in the order in which they are judged
  bool dialing = false;     // every gate is open
};

// What holds one contact back, judged by the functions that select it; a gate is named as in Explanation,
// "ready" where nothing does, "leased" while it is being called.
struct ContactGate {
  std::string_view gate;
  std::optional<WallTime> opens_at;  // absent = not by itself, or open
  struct Number {
    NumberKey number = 0;
    std::string_view gate;
    std::optional<WallTime> opens_at;
  };
  std::vector<Number> numbers;  // each for itself, in their order
};

// For live views and tests; strings are state names of the machines.
struct AgentView {
  AgentId agent;
  std::string_view state;
  std::string_view why;  // of Away
  std::string_view leg;  // or "Held": Up, and put on hold by the phone itself
  Instant since{};
  AttemptId attempt;
  CampaignId campaign;
  Instant leg_since{};
  std::uint16_t idle_code = 0;  // of Away
  // What follows the call, of an agent who is in one: "available", "idle" or another why of Away; else empty.
  std::string_view next;
  std::uint16_t next_idle_code = 0;
  // As defined last.
  std::vector<TeamId> teams;
  LegMode leg_mode = LegMode::nailed_up;
  std::vector<CampaignId> joined;  // of those that are joined by hand
  // Of Available: when the first of the running campaigns may dial, where all of them pause; else zero.
  Instant dialed_from{};
};
struct CallView {
  AttemptId attempt;
  std::string_view state;
  std::string_view stage;  // one of the eight words
  CampaignId campaign;
  ContactId contact;
  AgentId agent;
  TrunkId trunk;
  NumberKey number = 0;
  WallTime placed_at{};
  WallTime answered_at{};
  WallTime merged_at{};
  Instant held_since = base::kNever;  // of Held
  // Of WrappingUp: when the timer writes its code (kNever: it waits for the agent's), and what the agent may
  // still add.
  Instant code_by = base::kNever;
  Duration may_extend{};
  WallTime callback_at{};  // promised in the call; zero = not
  AgentId callback_agent;
  bool opted_out = false;
  std::optional<event::Verdict> late_verdict;  // what the agent talks to is no person, as the analysis found
  bool review = false;                         // called a machine, and connected so that the agent may judge
};
struct CampaignCounts {  // of contacts; they add up to `total`
  std::uint64_t total = 0, ready = 0, leased = 0, retry_at = 0, callback_at = 0, done = 0, exhausted = 0,
                suppressed = 0;
};

class Dialer {
 public:
  // Where a restarted process goes on.
  struct Start {
    std::uint64_t next_attempt = 1;   // first unused AttemptId
    std::uint64_t next_sequence = 1;  // first unused row sequence
  };

  explicit Dialer(Start start);
  ~Dialer();
  Dialer(Dialer&&) noexcept;
  Dialer& operator=(Dialer&&) noexcept;

  void step(const Event& event, Now now, std::vector<Effect>& effects);
  // When time alone changes something next; kNever = not at all. Wall-clock openings are told as at most 1 s
  // ahead, since the wall clock may step.
  Instant deadline() const;

  // nullopt: no such campaign.
  std::optional<Explanation> explain(CampaignId campaign, Now now) const;
  // nullopt: no such contact in a campaign. Of the campaign's own gates (stopped, agents, trunk) it says
  // nothing.
  std::optional<ContactGate> judge(ContactId contact, Now now) const;
  std::optional<std::string_view> campaign_state(CampaignId campaign) const;
  std::optional<CampaignCounts> counts(CampaignId campaign) const;
  std::vector<AgentView> agents() const;                          // by id
  std::vector<CallView> calls() const;                            // live ones, by attempt
  std::uint64_t sequence() const;                                 // of the last row
  std::optional<event::ContactSeed> contact(ContactId id) const;  // its state now; a leased one as ready

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ziptone::dialer
