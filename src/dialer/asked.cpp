// What an agent asks for from the call, besides ending and holding it: a callback, do-not-call, the keypad.
// None of these changes the call's state; each is a row, so that the desktop and the audit see it.
#include <algorithm>

#include "dialer/outcome/retry.hpp"
#include "dialer/state.hpp"

namespace ziptone::dialer {
namespace {

constexpr std::size_t kDigitsMax = 32;  // at a time

}  // namespace

// The call on the agent's screen, while the contact is spoken with or just was; or the refusal said.
CallRecord* Dialer::State::call_on_screen(AgentId agent_id, AttemptId attempt, Ticket ticket) {
  const auto refuse = [&](std::string_view reason) {
    if (ticket != 0) effects->emplace_back(effect::Refused{ticket, reason});
    return nullptr;
  };
  const AgentRecord* who = agent(agent_id);
  if (who == nullptr) return refuse("unknown_agent");
  const auto at = calls.find(agent::call_of(who->state));
  if (at == calls.end()) return refuse("no_call");
  if (attempt && attempt != at->first) return refuse("another_call");
  const call::State& state = at->second.state;
  if (!call::is_talking(state) && !std::holds_alternative<call::WrappingUp>(state))
    return refuse("not_connected");
  return &at->second;
}

void Dialer::State::asked_row(const CallRecord& call, AgentId agent_id, std::string_view event,
                              Ticket ticket) {
  if (ticket != 0) effects->emplace_back(effect::Accepted{ticket});
  const std::string_view state = name_of(call.state);
  row("call", call.attempt.id.value, state, event, state, &call, agent_id);
}

void Dialer::State::take(const event::CallbackAsked& e) {
  CallRecord* call = call_on_screen(e.agent, e.attempt, e.ticket);
  if (call == nullptr) return;
  const auto refuse = [&](std::string_view reason) {
    if (e.ticket != 0) effects->emplace_back(effect::Refused{e.ticket, reason});
  };
  if (call->opted_out) return refuse("do_not_call");
  if (e.at != WallTime{} && e.at <= now.wall) return refuse("callback_in_the_past");
  call->callback_at = e.at;
  call->callback_agent = e.callback_agent;
  effects->emplace_back(effect::SaveCallback{call->attempt.id, e.at, e.callback_agent});
  asked_row(*call, e.agent, "CallbackAsked", e.ticket);
}

void Dialer::State::take(const event::DoNotCallAsked& e) {
  CallRecord* call = call_on_screen(e.agent, e.attempt, e.ticket);
  if (call == nullptr) return;
  call->opted_out = true;
  if (call->callback_at != WallTime{}) {
    call->callback_at = {};
    effects->emplace_back(effect::SaveCallback{call->attempt.id, {}, {}});
  }
  opt_out(book, call->contact, call->attempt.id, "agent", now.wall, *effects);
  asked_row(*call, e.agent, "DoNotCallAsked", e.ticket);
}

void Dialer::State::take(const event::KeypadPressed& e) {
  CallRecord* call = call_on_screen(e.agent, {}, e.ticket);
  if (call == nullptr) return;
  const auto refuse = [&](std::string_view reason) {
    if (e.ticket != 0) effects->emplace_back(effect::Refused{e.ticket, reason});
  };
  if (!std::holds_alternative<call::Talking>(call->state)) return refuse("not_talking");
  const bool good = !e.digits.empty() && e.digits.size() <= kDigitsMax &&
                    e.digits.find_first_not_of("0123456789*#ABCD") == std::string::npos;
  if (!good) return refuse("bad_digits");
  effects->emplace_back(effect::SendDigits{call->attempt.id, e.digits});
  asked_row(*call, e.agent, "KeypadPressed", e.ticket);
}

// What the contact was told in the call stands above what the code would do: first not to be called again,
// then to be called back. A callback code has the later word on when.
void Dialer::State::keep_promises(CallRecord& call, const event::WrappedUp& wrapped_up) {
  const auto rule = std::find_if(call.rules->codes.begin(), call.rules->codes.end(),
                                 [&](const CodeRule& one) { return one.code == wrapped_up.code; });
  const auto acts_as = [&](CodeRule::Effect act) {
    return rule != call.rules->codes.end() && rule->effect == act;
  };
  if (call.opted_out) return book.close(call.contact, Reason::do_not_call, *effects);
  const bool promised = call.callback_at != WallTime{} && !acts_as(CodeRule::Effect::callback) &&
                        !acts_as(CodeRule::Effect::do_not_call);
  if (promised) return book.call_back(call.contact, call.callback_at, call.callback_agent, *effects);
  settle_by_code(book, call.contact, *call.rules, wrapped_up, now.wall, *effects);
}

}  // namespace ziptone::dialer
