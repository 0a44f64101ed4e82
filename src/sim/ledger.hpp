// What the witnesses wrote down of each attempt; kept by the world, read by the oracles.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "sim/sight.hpp"

namespace ziptone::sim {

using dialer::Instant;
using dialer::Now;

struct CallNote {
  dialer::effect::CommitAttempt intent;
  dialer::AgentId agent;  // whose call the screens say it is; 0 = nobody's
  bool intent_durable = false;
  bool orphan = false;  // the process that made it died
  bool froze = false;   // the process stood still while it was up
  int invites = 0;
  std::optional<Now> invited, cancelled, rang, answer_sent, answer_heard, final_sent, byed, left, joined,
      parted, message, music,
      machine_message;                           // begun, the last time
  std::optional<dialer::event::Verdict> judged;  // by the analysis, after the answer
  std::optional<Instant> judged_at;
  std::optional<Instant> machine_at;      // when that was first a machine
  bool was_assistant = false;             // judged, before a person was heard
  bool message_whole = false;             // the machine message
  std::optional<Instant> assistant_told;  // the answer to it was played whole
  std::optional<Instant> speaking_since, spoke_until;
  bool early_voice = false;
  bool speaking = false;
  bool joined_now = false;
  bool cancelled_by_order = false;  // emergency stop
  dialer::SipFacts final_facts;
  int outcomes = 0;
  dialer::Outcome outcome = dialer::Outcome::none;

  bool is_over() const { return final_sent || byed || left; }
  // INVITE sent, no final answer, no BYE, less than two seconds since CANCEL.
  bool is_live(Instant now) const {
    return invited && !is_over() && !answer_heard &&
           !(cancelled && now - cancelled->mono >= base::seconds{2});
  }
  bool is_silent_for_good() const { return is_over() && outcomes > 0; }
  bool is_up() const { return answer_heard && !byed && !left; }
};

class Ledger {
 public:
  void see(const Sight& sight, Now now);
  const std::map<dialer::AttemptId, CallNote>& calls() const { return calls_; }
  // Those of which something may still come, in order.
  const std::set<dialer::AttemptId>& active() const { return active_; }
  const CallNote* find(dialer::AttemptId id) const;
  bool alive() const { return alive_; }
  Instant born() const { return born_; }

 private:
  CallNote* note(dialer::AttemptId id);
  std::map<dialer::AttemptId, CallNote> calls_;
  std::set<dialer::AttemptId> active_;
  bool alive_ = false;
  Instant born_{};

  friend struct LedgerWriter;
};

}  // namespace ziptone::sim
