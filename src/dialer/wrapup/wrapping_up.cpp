// Which code? Written once; the contact is judged by it.
#include <algorithm>

#include "dialer/machine/call_end.hpp"

namespace ziptone::dialer::call {
namespace {

constexpr Duration kExtensionMax = base::minutes{10};  // at a time

// Nobody named a code: the campaign's own for that, or none.
Ended finish(const WrappingUp& s, bool by_timer, In& in) {
  const CodeId code = in.rules.wrap_up_auto_code;
  in.emit(effect::SaveWrapUp{in.attempt.id, s.agent, code, by_timer, false, in.now.wall});
  WrappedUp without;
  without.code = code;
  in.tell(ConcludeByCode{without});
  in.tell(EndWrapUp{s.agent});
  return {};
}

}  // namespace

// ---- Naming
State on(const Naming&, const AgentLost&, In&) { return Ended{}; }
State on(const Naming& s, const AgentLeaving&, In& in) { return in.tell(FreeAgent{s.agent}), Ended{}; }
State on(const Naming& s, const DeadlineReached&, In& in) { return in.tell(FreeAgent{s.agent}), Ended{}; }
State on(const Naming& s, const EmergencyStopped&, In&) { return s; }

// ---- WrappingUp
State on(const WrappingUp& s, const WrappedUp& e, In& in) {
  if (!e.code && !in.rules.wrap_up_required) return in.accept(e.ticket), finish(s, false, in);
  const auto& codes = in.rules.codes;
  const auto known =
      std::find_if(codes.begin(), codes.end(), [&](const CodeRule& rule) { return rule.code == e.code; });
  if (known == codes.end()) return in.refuse(e.ticket, "unknown_code"), s;
  if (known->effect == CodeRule::Effect::callback && e.callback_at <= in.now.wall) {
    return in.refuse(e.ticket, "callback_in_the_past"), s;
  }
  in.accept(e.ticket);
  in.emit(effect::SaveWrapUp{in.attempt.id, s.agent, e.code, false, false, in.now.wall});
  in.tell(ConcludeByCode{e});
  in.tell(EndWrapUp{s.agent});
  return Ended{};
}
State on(const WrappingUp& s, const WrapUpExtended& e, In& in) {
  if (e.by <= Duration{0} || e.by > kExtensionMax) return in.refuse(e.ticket, "bad_extension"), s;
  if (s.code_by == base::kNever) return in.accept(e.ticket), s;
  if (s.extended + e.by > in.rules.wrap_up_extension_max) return in.refuse(e.ticket, "extension_limit"), s;
  in.accept(e.ticket);
  return WrappingUp{s.agent, s.code_by + e.by, s.extended + e.by};
}
State on(const WrappingUp& s, const AgentLeaving&, In& in) {
  return WrappingUp{s.agent, std::min(s.code_by, in.now.mono + in.rules.wrap_up_max), s.extended};
}
State on(const WrappingUp& s, const AgentReturned&, In& in) {
  return WrappingUp{s.agent, in.rules.wrap_up_required ? base::kNever : in.now.mono + in.rules.wrap_up_max};
}
State on(const WrappingUp& s, const DeadlineReached&, In& in) { return finish(s, true, in); }
State on(const WrappingUp& s, const EmergencyStopped&, In&) { return s; }
State on(const WrappingUp& s, const EndPressed& e, In& in) { return in.refuse(e.ticket, "already_ended"), s; }
State on(const WrappingUp& s, const MachineAccepted& e, In& in) {
  return in.refuse(e.ticket, "already_ended"), s;
}
State on(const WrappingUp& s, const HoldPressed& e, In& in) {
  return in.refuse(e.ticket, "already_ended"), s;
}
State on(const WrappingUp& s, const ResumePressed& e, In& in) {
  return in.refuse(e.ticket, "already_ended"), s;
}

}  // namespace ziptone::dialer::call
