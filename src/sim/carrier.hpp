// The telephone network, and the witness at our door: INVITE, 18x, 200, finals, CANCEL and BYE of each call,
// with delay, loss, copies and crossings.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "base/random.hpp"
#include "sim/callee.hpp"

namespace ziptone::sim {

class World;
using dialer::Duration;

class Carrier {
 public:
  explicit Carrier(World& world) : world_(world) {}

  // ---- what the process sends
  void invite(dialer::AttemptId id, dialer::TrunkId trunk, dialer::NumberKey number,
              dialer::ContactId contact);
  void cancel(dialer::AttemptId id, bool at_start_up);
  void bye(dialer::AttemptId id);
  void answer_unread(dialer::AttemptId id);
  void recover(dialer::AttemptId id);  // a new process ends what the old one left: BYE or CANCEL

  // ---- what the contact does
  void hang_up(dialer::AttemptId id);

  // ---- a trunk that is gone: calls are swallowed; OPTIONS find out a little later
  void set_dead(dialer::TrunkId trunk, bool dead);
  bool seems_dead(dialer::TrunkId trunk) const { return found_dead_.contains(trunk); }
  bool any_dead() const { return !dead_.empty(); }

  struct Call {
    dialer::TrunkId trunk;
    dialer::ContactId contact;
    Plan plan;
    base::Random random{0};
    enum class State : std::uint8_t { invited, ringing, answered } state = State::invited;
    dialer::Instant answered_at{};
    bool provisional_heard = false;
    bool cancel_wanted = false;
    bool answer_heard = false;
  };
  const Call* find(dialer::AttemptId id) const;

 private:
  Call* call(dialer::AttemptId id);
  Duration hop(Call& call);
  void arrive(dialer::AttemptId id);
  void try_out(dialer::AttemptId id);  // 100 Trying reaches us
  void ring(dialer::AttemptId id);
  void send_ring(dialer::AttemptId id);
  void answer(dialer::AttemptId id);
  void answer_reaches(dialer::AttemptId id, int tries);
  void plan_contact(dialer::AttemptId id, const Plan& plan);
  void refuse(dialer::AttemptId id, const dialer::SipFacts& told);
  void send_cancel(dialer::AttemptId id);
  void cancel_arrives(dialer::AttemptId id);
  void left_reaches(dialer::AttemptId id, int tries);

  World& world_;
  std::unordered_map<std::uint64_t, Call> calls_;
  std::unordered_map<std::uint64_t, std::uint64_t> times_called_;  // by contact
  std::set<dialer::TrunkId> dead_;
  std::set<dialer::TrunkId> found_dead_;
};

}  // namespace ziptone::sim
