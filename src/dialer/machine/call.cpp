#include "dialer/machine/call.hpp"

#include <algorithm>

#include "dialer/machine/call_end.hpp"

namespace ziptone::dialer::call {

Instant deadline_of(const State& state) {
  return std::visit(
      [](const auto& s) -> Instant {
        if constexpr (requires { s.stale_by; }) return s.stale_by;
        if constexpr (requires { s.send_at; }) return s.send_at;
        if constexpr (requires { s.ring_by; }) return s.ring_by;
        if constexpr (requires { s.answer_by; }) return s.answer_by;
        if constexpr (requires { s.cancel_at; }) return s.cancel_at;
        if constexpr (requires { s.free_by; }) return s.free_by;
        if constexpr (requires { s.final_by; }) return s.final_by;
        if constexpr (requires { s.decide_by; }) return s.decide_by;
        if constexpr (requires { s.doubt_until; }) return s.doubt_until;
        if constexpr (requires { s.merge_by; }) return s.merge_by;
        if constexpr (requires { s.back_by; }) return std::min(s.back_by, s.remind_at);
        if constexpr (requires { s.message_by; }) return s.message_by;
        if constexpr (requires { s.give_up_at; }) return std::min(s.give_up_at, s.speak_at);
        if constexpr (requires { s.end_by; }) return s.end_by;
        if constexpr (requires { s.free_at; }) return s.free_at;
        if constexpr (requires { s.code_by; }) return s.code_by;
        return base::kNever;
      },
      state);
}

AgentId agent_of(const State& state) {
  return std::visit(
      [](const auto& s) -> AgentId {
        if constexpr (requires { s.agent; }) return s.agent;
        return {};
      },
      state);
}

namespace {
template <class... Ones>
bool is_any(const State& state) {
  return (std::holds_alternative<Ones>(state) || ...);
}
}  // namespace

bool holds_channel(const State& state) { return !is_any<Naming, WrappingUp, Ended>(state); }
bool holds_contact(const State& state) { return !is_any<Naming, Ended>(state); }
bool is_live(const State& state) { return !is_any<Leased, Paced, Naming, WrappingUp, Ended>(state); }
bool is_talking(const State& state) { return is_any<Talking, Held, AwaitingAgent, Apologising>(state); }
State fail(const State& state, In& in) {
  const AgentId agent = agent_of(state);
  if (is_any<Naming, WrappingUp, Ended>(state)) return state;  // its outcome is written
  if (is_live(state)) {
    if (happened(in.attempt.answered)) {
      in.emit(effect::EndCall{in.attempt.id});
    } else {
      in.emit(effect::CancelCall{in.attempt.id});
    }
  }
  if (is_talking(state)) {
    in.emit(effect::Split{in.attempt.id, agent});
    save_outcome(in, Outcome::failed, Fault::us, "bug", agent);
    in.tell(EndTalk{agent});
    return WrappingUp{agent, in.now.mono + in.rules.wrap_up_max};
  }
  conclude(in, Outcome::failed, Fault::us, "bug");
  if (agent) in.tell(FreeAgent{agent});
  return Ended{};
}
bool admits_substitute(const State& state) {
  return is_any<Dialing, Ringing, Analysing, Screening, Merging>(state);
}

}  // namespace ziptone::dialer::call
