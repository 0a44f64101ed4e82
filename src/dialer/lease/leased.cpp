// Between the intent and its INVITE.
#include "dialer/machine/call_end.hpp"

namespace ziptone::dialer::call {
namespace {

State place(AgentId agent, In& in) {
  in.attempt.placed = in.now;
  in.tell(Place{});
  in.emit(effect::PlaceCall{in.attempt.id, in.attempt.trunk, in.attempt.entry_point, in.attempt.number});
  return Dialing{agent, in.now.mono + in.rules.setup_max};
}

State free_and_withdraw(AgentId agent, In& in, std::string_view reason) {
  withdraw(in, reason);
  in.tell(FreeAgent{agent});
  return Ended{};
}

}  // namespace

State on(const Leased& s, const Admitted& e, In& in) {
  if (e.send_at > in.now.mono) return Paced{s.agent, e.send_at};
  return place(s.agent, in);
}
State on(const Leased& s, const Withdrawn& e, In& in) { return free_and_withdraw(s.agent, in, e.reason); }
State on(const Leased&, const AgentLost&, In& in) { return withdraw(in, "agent_gone"); }
State on(const Leased& s, const AgentLeaving&, In&) { return s; }
State on(const Leased& s, const EmergencyStopped&, In& in) {
  return free_and_withdraw(s.agent, in, "stopped");
}
State on(const Leased& s, const DeadlineReached&, In& in) { return free_and_withdraw(s.agent, in, "stale"); }

State on(const Paced& s, const Admitted& e, In&) { return Paced{s.agent, e.send_at}; }
State on(const Paced& s, const DeadlineReached&, In& in) {
  // The process may have been frozen meanwhile: what was judged over a second ago is judged no more.
  if (in.now.mono > s.send_at + base::seconds{1}) return free_and_withdraw(s.agent, in, "stale");
  return place(s.agent, in);
}
State on(const Paced& s, const Withdrawn& e, In& in) { return free_and_withdraw(s.agent, in, e.reason); }
State on(const Paced&, const AgentLost&, In& in) { return withdraw(in, "agent_gone"); }
State on(const Paced& s, const AgentLeaving&, In& in) { return free_and_withdraw(s.agent, in, "agent_idle"); }
State on(const Paced& s, const EmergencyStopped&, In& in) {
  return free_and_withdraw(s.agent, in, "stopped");
}

}  // namespace ziptone::dialer::call
