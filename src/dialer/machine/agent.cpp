#include "dialer/machine/agent.hpp"

namespace ziptone::dialer::agent {
namespace {

const Away kSignedOut{Why::signed_out};

Away idle(const AgentWentIdle& e) { return {Why::idle, e.idle_code, false}; }

// Available needs the voice path: nailed-up it must stand, on demand it is called when there is a contact.
State available(Instant since, In& in) {
  if (in.leg_mode == LegMode::on_demand || in.leg_up) return Available{since};
  in.tell(CallLeg{});
  return Away{Why::leg_down, 0, true};
}

// On demand the phone rings for calls alone: who is away has no leg.
State go_away(const Away& away, In& in) {
  if (in.leg_mode == LegMode::on_demand || away.why == Why::signed_out) in.tell(DropLeg{});
  return away;
}

State after_call(const Next& next, Instant since, In& in) {
  if (!next.away) return available(since, in);
  return go_away(*next.away, in);
}

// The desktop is back: what it was told to be before it went.
Next without_disconnect(const Next& next) {
  if (!next.away || next.away->why != Why::disconnected) return next;
  if (next.away->wants_available) return {};
  return {Away{Why::idle, next.away->idle_code}};
}

// The desktop went: what was wished for stays, to be restored. Who signs out and closes the page has signed
// out.
Next disconnected(const Next& next) {
  if (!next.away) return {Away{Why::disconnected, 0, true}};
  if (next.away->why == Why::signed_out || next.away->why == Why::disconnected) return next;
  return {Away{Why::disconnected, next.away->idle_code, false}};
}

bool has_left(const Next& next) {
  return next.away && (next.away->why == Why::signed_out || next.away->why == Why::disconnected);
}

}  // namespace

std::string_view name(Why why) {
  constexpr std::string_view kNames[] = {"signed_out", "idle", "disconnected", "leg_down", "rona"};
  return kNames[static_cast<std::size_t>(why)];
}

// ---- Away
State on(const Away& s, const AgentSignedIn& e, In& in) {
  in.accept(e.ticket);
  if (in.leg_mode != LegMode::on_demand) in.tell(CallLeg{});
  if (s.why != Why::signed_out) return s;
  return Away{Why::idle};
}
State on(const Away&, const AgentSignedOut& e, In& in) {
  in.accept(e.ticket);
  in.tell(DropLeg{});
  return kSignedOut;
}
State on(const Away& s, const AgentWentAvailable& e, In& in) {
  if (s.why == Why::signed_out) return in.refuse(e.ticket, "signed_out"), s;
  in.accept(e.ticket);
  return available(in.now.mono, in);
}
State on(const Away& s, const AgentWentIdle& e, In& in) {
  if (s.why == Why::signed_out) return in.refuse(e.ticket, "signed_out"), s;
  in.accept(e.ticket);
  return idle(e);
}
State on(const Away& s, const AgentDisconnected&, In&) {
  if (s.why == Why::signed_out) return s;
  return Away{Why::disconnected, s.idle_code, s.wants_available};
}
State on(const Away& s, const AgentReconnected&, In& in) {
  if (s.why != Why::disconnected) return s;
  if (s.wants_available) return available(in.now.mono, in);
  return Away{Why::idle, s.idle_code};
}
State on(const Away& s, const LegCameUp&, In& in) {
  if (s.why == Why::leg_down && s.wants_available) return Available{in.now.mono};
  return s;
}
State on(const Away& s, const LegWentDown&, In&) { return s; }
State on(const Away& s, const LegUnanswered&, In&) {
  if (s.why != Why::leg_down) return s;
  return Away{Why::rona};
}
State on(const Away& s, const WrapUpRestored& e, In&) { return WrappingUp{e.call, {s}}; }

// ---- Available
State on(const Available& s, const AgentSignedIn& e, In& in) { return in.accept(e.ticket), s; }
State on(const Available&, const AgentSignedOut& e, In& in) {
  in.accept(e.ticket);
  in.tell(DropLeg{});
  return kSignedOut;
}
State on(const Available& s, const AgentWentAvailable& e, In& in) { return in.accept(e.ticket), s; }
State on(const Available&, const AgentWentIdle& e, In& in) {
  return in.accept(e.ticket), go_away(idle(e), in);
}
State on(const Available&, const AgentDisconnected&, In& in) {
  return go_away({Why::disconnected, 0, true}, in);
}
State on(const Available& s, const BecameReserved& e, In&) { return Reserved{e.call, s.since, {}}; }
State on(const Available& s, const LegCameUp&, In&) { return s; }
State on(const Available& s, const LegWentDown&, In& in) {
  if (in.leg_mode == LegMode::on_demand) return s;
  return Away{Why::leg_down};
}
State on(const Available&, const LegUnanswered&, In&) { return Away{Why::rona}; }

// ---- Reserved
namespace {
State lose(const Reserved& s, const Away& away, In& in) {
  in.tell(Lost{s.call});
  return go_away(away, in);
}
}  // namespace
State on(const Reserved& s, const AgentSignedIn& e, In& in) { return in.accept(e.ticket), s; }
State on(const Reserved& s, const AgentSignedOut& e, In& in) {
  in.accept(e.ticket);
  return lose(s, kSignedOut, in);
}
State on(const Reserved& s, const AgentWentAvailable& e, In& in) {
  in.accept(e.ticket);
  return Reserved{s.call, s.since, {}};
}
State on(const Reserved& s, const AgentWentIdle& e, In& in) {
  in.accept(e.ticket);
  in.tell(Leaving{s.call});
  return Reserved{s.call, s.since, {idle(e)}};
}
State on(const Reserved& s, const AgentDisconnected&, In& in) {
  return lose(s, *disconnected(s.next).away, in);
}
State on(const Reserved& s, const Freed&, In& in) { return after_call(s.next, s.since, in); }
State on(const Reserved& s, const Rebooked& e, In&) { return Reserved{e.call, s.since, s.next}; }
State on(const Reserved& s, const Connected&, In&) { return Engaged{s.call, s.next}; }
State on(const Reserved& s, const LegWentDown&, In& in) { return lose(s, {Why::leg_down}, in); }

// ---- Engaged
State on(const Engaged& s, const AgentSignedIn& e, In& in) {
  in.accept(e.ticket);
  if (s.next.away && s.next.away->why == Why::signed_out) return Engaged{s.call, {Away{Why::idle}}};
  return s;
}
State on(const Engaged& s, const AgentSignedOut& e, In& in) {
  return in.accept(e.ticket), Engaged{s.call, {kSignedOut}};
}
State on(const Engaged& s, const AgentWentAvailable& e, In& in) {
  return in.accept(e.ticket), Engaged{s.call, {}};
}
State on(const Engaged& s, const AgentWentIdle& e, In& in) {
  return in.accept(e.ticket), Engaged{s.call, {idle(e)}};
}
State on(const Engaged& s, const AgentDisconnected&, In&) { return Engaged{s.call, disconnected(s.next)}; }
State on(const Engaged& s, const AgentReconnected&, In&) {
  return Engaged{s.call, without_disconnect(s.next)};
}
State on(const Engaged& s, const TalkEnded&, In& in) {
  // On demand the phone rings for each call: this one's is over.
  if (in.leg_mode == LegMode::on_demand) in.tell(DropLeg{});
  if (has_left(s.next)) in.tell(Leaving{s.call});
  return WrappingUp{s.call, s.next};
}
State on(const Engaged& s, const Released&, In& in) {
  // As after a talk: the next call rings the phone again.
  if (in.leg_mode == LegMode::on_demand && !s.next.away) in.tell(DropLeg{});
  return after_call(s.next, in.now.mono, in);
}
State on(const Engaged& s, const LegWentDown&, In& in) { return in.tell(TellLegLost{s.call}), s; }
State on(const Engaged& s, const LegUnanswered&, In&) { return s; }
State on(const Engaged& s, const LegCameUp&, In& in) { return in.tell(TellLegRecovered{s.call}), s; }

// ---- WrappingUp
State on(const WrappingUp& s, const AgentSignedIn& e, In& in) {
  in.accept(e.ticket);
  if (in.leg_mode != LegMode::on_demand) in.tell(CallLeg{});
  if (!s.next.away || s.next.away->why != Why::signed_out) return s;
  in.tell(Returned{s.call});
  return WrappingUp{s.call, {Away{Why::idle}}};
}
State on(const WrappingUp& s, const AgentSignedOut& e, In& in) {
  in.tell(Leaving{s.call});
  return in.accept(e.ticket), WrappingUp{s.call, {kSignedOut}};
}
State on(const WrappingUp& s, const AgentWentAvailable& e, In& in) {
  return in.accept(e.ticket), WrappingUp{s.call, {}};
}
State on(const WrappingUp& s, const AgentWentIdle& e, In& in) {
  return in.accept(e.ticket), WrappingUp{s.call, {idle(e)}};
}
State on(const WrappingUp& s, const AgentDisconnected&, In& in) {
  in.tell(Leaving{s.call});

  return WrappingUp{s.call, disconnected(s.next)};
}
State on(const WrappingUp& s, const AgentReconnected&, In&) {
  return WrappingUp{s.call, without_disconnect(s.next)};
}
State on(const WrappingUp& s, const WrapUpEnded&, In& in) { return after_call(s.next, in.now.mono, in); }
State on(const WrappingUp& s, const LegWentDown&, In&) { return s; }
State on(const WrappingUp& s, const LegCameUp&, In&) { return s; }
State on(const WrappingUp& s, const LegUnanswered&, In&) { return s; }

AttemptId call_of(const State& state) {
  return std::visit(
      [](const auto& s) -> AttemptId {
        if constexpr (requires { s.call; }) {
          return s.call;
        } else {
          return {};
        }
      },
      state);
}

}  // namespace ziptone::dialer::agent
